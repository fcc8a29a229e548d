import type { Mark } from '../../../chart/types.ts'
import { formatCount } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { Along } from '../../../live/series.ts'
import type { JobEvent } from '../data.ts'

/** Where the lines of curves end: between an attempt and the next one nobody has trained. By steps nothing is missing. */
export const attemptBreaks = (events: readonly JobEvent[], { by, place }: Along): number[] =>
  by === 'step'
    ? []
    : events.flatMap(({ type, at, details }) =>
        type === 'confirmed' && (details?.attempt ?? 1) > 1 ? [place(Date.parse(at))] : [],
      )

/** Where attempts went back to: by steps the first that no longer counts, by time when it was known. */
export const rewindMarks = (events: readonly JobEvent[], { by, place }: Along): Mark[] =>
  events.flatMap(({ type, at, details }): Mark[] => {
    const step = details?.from_step
    if (type !== 'rewound' || step === undefined) return []
    const label = t('curves.rewind', { number: details?.attempt ?? 0 })
    if (by === 'step') return [{ kind: 'rewind', from: place(step), label }]
    return [{ kind: 'rewind', from: place(Date.parse(at)), label, detail: `${t('common.step')} ${formatCount(step)}` }]
  })
