import { files as de } from '../../i18n/de/files.ts'
import { files as en } from '../../i18n/en/files.ts'
import { addTexts } from '../../i18n/text.ts'

// Imported by what shows files.
addTexts({ en: { files: en }, de: { files: de } })
