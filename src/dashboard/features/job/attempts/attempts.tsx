import './attempts.css'
import { attempts as de } from '../../../i18n/de/attempts.ts'
import { attempts as en } from '../../../i18n/en/attempts.ts'
import { addTexts } from '../../../i18n/text.ts'

/** What the page of a job shows that runners train, or a script that reports through MLflow; loaded with the first one. */

addTexts({ en: { attempts: en }, de: { attempts: de } })

export { ConditionBadge, signOf } from '../../../domain/conditions.tsx'
export { Logged } from './logged.tsx'
export { newsOf } from './news.ts'
export { Attempts } from './panel.tsx'
export { SituationNote } from './situation-note.tsx'
