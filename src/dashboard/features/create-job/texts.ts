import { createJob as de } from '../../i18n/de/create-job.ts'
import { createJob as en } from '../../i18n/en/create-job.ts'
import { addTexts } from '../../i18n/text.ts'

// No other page shows them.
addTexts({ en: { createJob: en }, de: { createJob: de } })
