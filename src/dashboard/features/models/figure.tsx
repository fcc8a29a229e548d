import type { ModelVersion } from '../../../client/index.ts'
import { formatLoss, formatScore } from '../../i18n/format.ts'
import type { Score } from './scores.ts'

type FigureProps = { score: Score; version: ModelVersion }

/** A version's figure. */
export function Figure({ score: { digits, of }, version }: FigureProps) {
  return <>{digits === 4 ? formatLoss(of(version)) : formatScore(of(version))}</>
}
