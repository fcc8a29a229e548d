import type { Look } from './looks.ts'

/** A piece of a curve as it is drawn: colour and dash. */
export function LineSwatch({ look: { colour, dash } }: { look: Look }) {
  return (
    <svg class="line-swatch" viewBox="0 0 40 8" aria-hidden="true" style={{ color: `var(${colour})` }}>
      <path d="M0 4h40" stroke="currentColor" stroke-width="3" stroke-dasharray={dash.join(' ') || 'none'} />
    </svg>
  )
}
