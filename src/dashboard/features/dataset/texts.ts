import { dataset as de } from '../../i18n/de/dataset.ts'
import { dataset as en } from '../../i18n/en/dataset.ts'
import { addTexts } from '../../i18n/text.ts'

// A fifth of all texts, which no other page shows.
addTexts({ en: { dataset: en }, de: { dataset: de } })
