import { ocr as de } from '../../i18n/de/ocr.ts'
import { ocr as en } from '../../i18n/en/ocr.ts'
import { addTexts } from '../../i18n/text.ts'

// No other page shows them.
addTexts({ en: { ocr: en }, de: { ocr: de } })
