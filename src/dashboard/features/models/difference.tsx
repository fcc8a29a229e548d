import { locale } from '../../i18n/locale.ts'
import { t } from '../../i18n/text.ts'
import type { Difference } from './scores.ts'

/** Shapes that differ without colour: filled upwards, hollow downwards, two lines. For 10 × 10. */
export const verdictShapes = {
  better: 'M5 1 9.5 9h-9Z',
  worse: 'M1.6 1.8h6.8L5 8.2Z',
  same: 'M1 3.5h8M1 6.5h8',
} as const

export type Verdict = keyof typeof verdictShapes

/** Better, worse or the same, as a shape. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <svg class="verdict" data-verdict={verdict} viewBox="0 0 10 10" aria-hidden="true">
      <path d={verdictShapes[verdict]} />
    </svg>
  )
}

/** A number with its sign, except zero. */
export const formatSigned = (value: number, digits: number): string =>
  value
    .toLocaleString(locale.value, {
      signDisplay: 'exceptZero',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    .replace('-', '−')

type DifferenceMarkProps = { difference: Difference; digits: number }

/** The difference of a score, and whether it is better. */
export function DifferenceMark({ difference: { by, verdict }, digits }: DifferenceMarkProps) {
  return (
    <span class="difference" data-verdict={verdict}>
      <VerdictMark verdict={verdict} />
      <span aria-hidden={verdict === 'same'}>{formatSigned(by, digits)}</span>
      <span class="visually-hidden"> {t(`models.${verdict}`)}</span>
    </span>
  )
}
