/** Two shapes that differ without colour, for 16 × 16. */
export const checkShape = 'M2.5 8.5 6.5 12.5 13.5 4'
export const crossShape = 'M3.5 3.5l9 9M12.5 3.5l-9 9'

/** Two sheets, one over the other. */
const sheets = 'M6 6h7.5v7.5H6ZM3.5 10.5h-1v-8h8v1'

/** Icons of actions, for 16 × 16. A word or a label always says the same. */
const shapes = {
  pause: 'M5.5 3v10M10.5 3v10',
  resume: 'M4.5 2.8 13 8l-8.5 5.2Z',
  queue: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM8 4.5V8l2.5 1.5',
  leave: 'M5.5 3v10M10.5 3v10',
  duplicate: sheets,
  cancel: 'M3.5 3.5h9v9h-9Z',
  copy: sheets,
  copied: checkShape,
  delete: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9',
} as const

type IconName = keyof typeof shapes
export type ActionName = Exclude<IconName, 'copy' | 'copied'>

export function ActionIcon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={shapes[name]}
        fill={name === 'resume' || name === 'cancel' ? 'currentColor' : 'none'}
        stroke="currentColor"
        stroke-width={name === 'pause' || name === 'leave' ? 3 : 1.5}
      />
    </svg>
  )
}
