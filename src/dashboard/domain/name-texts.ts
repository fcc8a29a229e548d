import { names as de } from '../i18n/de/names.ts'
import { names as en } from '../i18n/en/names.ts'
import { addTexts } from '../i18n/text.ts'

// Only forms show them.
addTexts({ en: { names: en }, de: { names: de } })
