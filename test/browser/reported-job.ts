import type { MetricValue } from '../../src/client/index.ts'
import { REPORT_POINTS_MAX } from '../../src/platform/limits.ts'
import type { Service } from './service.ts'

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

const api = '/api/v1/admin/training'

/** A job whose runner says whatever a test wants it to. */
export class ReportedJob {
  readonly id: string
  readonly #service: Service
  readonly #runner: string
  #token = ''
  #sequence = 0

  private constructor(service: Service, id: string, runner: string) {
    this.#service = service
    this.id = id
    this.#runner = runner
  }

  /** Creates a job, whose first attempt begins. */
  static async begin(service: Service, name: string): Promise<ReportedJob> {
    const id = await service.create({ name, trainer: 'runner' })
    const { token } = await service.token('runner', `runner of ${id}`)
    const job = new ReportedJob(service, id, token)
    await job.#claim()
    return job
  }

  /** Reports points, as many as a report may have at a time. */
  async report(points: readonly Said[], more: object = {}): Promise<void> {
    for (let from = 0; from < Math.max(1, points.length); from += REPORT_POINTS_MAX) {
      const body = { sequence: ++this.#sequence, points: points.slice(from, from + REPORT_POINTS_MAX), ...more }
      await this.#say(`/jobs/${this.id}/reports`, this.#token, body)
    }
  }

  /** Another attempt takes over from a checkpoint: what it reports replaces what was reported after that step. */
  async takeOver(step: number): Promise<void> {
    const checkpoint = { step, path: `checkpoints/step-${step}` }
    const stored = await fetch(`${this.#service.origin}${api}/jobs/${this.id}/artifacts/${checkpoint.path}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${this.#token}` },
      body: 'weights',
    })
    if (stored.status !== 201) throw new Error(`The checkpoint was answered ${stored.status}`)
    await this.#say(`/jobs/${this.id}/checkpoints`, this.#token, checkpoint)
    await this.#finish('released', { checkpoint })
    await this.#claim()
  }

  complete = (): Promise<void> => this.#finish('completed')

  async #claim(): Promise<void> {
    const claim = { runner: 'gpu-1', claim_id: crypto.randomUUID(), wait_s: 20 }
    const answer = await this.#say('/claims', this.#runner, claim)
    const { token } = (await answer.json()) as { token: string }
    this.#token = token
    this.#sequence = 0
    await this.#say(`/jobs/${this.id}/reports`, token, {})
  }

  async #finish(outcome: string, more: object = {}): Promise<void> {
    await this.#say(`/jobs/${this.id}/finish`, this.#token, { sequence: ++this.#sequence, outcome, ...more })
  }

  async #say(path: string, token: string, body: object): Promise<Response> {
    const answer = await fetch(this.#service.origin + api + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
}
