import { compare as de } from '../../i18n/de/compare.ts'
import { compare as en } from '../../i18n/en/compare.ts'
import { addTexts } from '../../i18n/text.ts'

// No other page shows them.
addTexts({ en: { compare: en }, de: { compare: de } })
