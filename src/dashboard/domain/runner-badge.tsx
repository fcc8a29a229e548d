import '../styles/runner-badge.css'
import { crossShape } from '../components/icons.tsx'
import { t } from '../i18n/text.ts'
import type { Doing } from './runner-standing.ts'

/** A shape for each, so that it does not depend on colour. For 16 × 16. */
const shapes: Record<Doing, string> = {
  idle: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM8 4.5V8l2.5 1.5',
  busy: 'M4.5 2.8 13 8l-8.5 5.2Z',
  silent: 'M8 2 14.5 13.5h-13ZM8 6.5v3.5M8 11.5v1',
  stalled: 'M5.5 3v10M10.5 3v10',
  ended: 'M3.5 3.5h9v9h-9Z',
  unheard: crossShape,
}

/** What a runner does: shape, word and colour. What shows it adds the texts `runners`. */
export function RunnerBadge({ doing }: { doing: Doing }) {
  return (
    <span class="badge" data-runner={doing}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path
          d={shapes[doing]}
          fill={doing === 'busy' || doing === 'ended' ? 'currentColor' : 'none'}
          stroke="currentColor"
          stroke-width={doing === 'stalled' ? 3 : 1.6}
        />
      </svg>
      {t(`runners.${doing}`)}
    </span>
  )
}
