import type { Rows } from '../../domain/curves/splice.ts'
import { type Along, bySteps } from '../../live/series.ts'
import type { Alignment } from './address.ts'
import { type Trained, totalStepsOf } from './trained.ts'

/** How a curve of a job lies along the x axis; `null`: by its progress, which nobody knows. */
export function alongOf(trained: Trained, rows: Rows, alignment: Alignment): Along | null {
  switch (alignment) {
    case 'step':
      return bySteps
    case 'progress': {
      const totalSteps = totalStepsOf(trained)
      return totalSteps === null ? null : { by: 'step', place: (step) => (step / totalSteps) * 100 }
    }
    case 'time': {
      const { started_at } = trained.job
      const firstMs = () => rows.column('timestamp').reduce((a, b) => Math.min(a, b), Infinity)
      const startMs = started_at === null ? firstMs() : Date.parse(started_at)
      return { by: 'timestamp', place: (ms) => ms - startMs }
    }
  }
}
