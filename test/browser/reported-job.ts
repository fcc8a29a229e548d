import type { MetricValue } from '../../src/client/index.ts'
import { REPORT_POINTS_MAX } from '../../src/platform/limits.ts'
import type { Service } from './service.ts'
import { Runner } from './speaking-runner.ts'

/** What a trainer says at a step. */
export type Said = {
  step: number
  epoch?: number
  /** Unix ms; the time of the report if it is missing. */
  timestamp?: number
  metrics: Record<string, MetricValue>
}

const prefixes = ['train/', 'eval_', 'layer/', 'system/'] as const

/** Twenty metrics at a step, which fall and tremble each at its own pace. */
export const twentyMetricsAt = (step: number, timestamp: number): Said => ({
  step,
  timestamp,
  metrics: {
    loss: 2 / (1 + step / 500) + 0.1 * Math.sin(step),
    ...Object.fromEntries(
      Array.from({ length: 19 }, (_, n) => [
        `${prefixes[n % prefixes.length]}metric_${n}`,
        Math.exp(-step / (1_000 + 100 * n)) + 0.05 * Math.sin(step * (n + 1)),
      ]),
    ),
  },
})

/** A job whose runner says whatever a test wants it to. */
export class ReportedJob {
  readonly id: string
  readonly #runner: Runner

  private constructor(id: string, runner: Runner) {
    this.id = id
    this.#runner = runner
  }

  /** Creates a job, whose first attempt begins. */
  static async begin(service: Service, name: string): Promise<ReportedJob> {
    const { token } = await service.token('runner', `runner of ${name}`)
    const runner = new Runner(service, token, 'gpu-1')
    return new ReportedJob(await runner.beginNew({ name }), runner)
  }

  /** Reports points, as many as a report may have at a time. */
  async report(points: readonly Said[], more: object = {}): Promise<void> {
    for (let from = 0; from < Math.max(1, points.length); from += REPORT_POINTS_MAX) {
      await this.#runner.report({ points: points.slice(from, from + REPORT_POINTS_MAX), ...more })
    }
  }

  /** Another attempt takes over from a checkpoint: what it reports replaces what was reported after that step. */
  async takeOver(step: number): Promise<void> {
    await this.#runner.finish('released', { checkpoint: await this.#runner.save(step) })
    await this.#runner.begin()
  }

  complete = (): Promise<void> => this.#runner.finish('completed')
}
