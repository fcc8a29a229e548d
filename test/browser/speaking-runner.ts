import assert from 'node:assert/strict'
import type { MetricValue } from '../../src/client/index.ts'
import { REPORT_LINES_MAX } from '../../src/platform/limits.ts'
import type { NewJob, Service } from './service.ts'

const api = '/api/v1/admin/training'

/** A runner, which speaks for itself. */
export class Runner {
  readonly name: string
  readonly #service: Service
  readonly #token: string
  #job = ''
  #jobToken = ''
  #sequence = 0

  constructor(service: Service, token: string, name: string) {
    this.#service = service
    this.#token = token
    this.name = name
  }

  /** Claims the job, as soon as it is offered, and confirms the attempt. `wanted`: what else the claim says. */
  async begin(wanted: object = {}): Promise<void> {
    const claim = { runner: this.name, claim_id: crypto.randomUUID(), wait_s: 20, ...wanted }
    const { job, token } = (await this.#say('/claims', this.#token, claim)) as { job: { id: string }; token: string }
    this.#job = job.id
    this.#jobToken = token
    this.#sequence = 0
    await this.report({})
  }

  /** Creates a job, and begins it. @returns its id */
  async beginNew(config: NewJob): Promise<string> {
    const id = await this.#service.create({ ...config, trainer: 'runner' })
    await this.begin()
    assert.equal(this.#job, id)
    return id
  }

  /** Reports something, or with nothing sends a heartbeat. */
  async report(content: object): Promise<void> {
    const sequence = Object.keys(content).some((part) => part !== 'acknowledged') ? { sequence: ++this.#sequence } : {}
    const said = { ...sequence, ...content }
    const answer = (await this.#say(`/jobs/${this.#job}/reports`, this.#jobToken, said)) as { sequence: number }
    assert.equal(answer.sequence, this.#sequence)
  }

  steps = (...steps: number[]): Promise<void> =>
    this.report({ points: steps.map((step) => ({ step, metrics: { loss: 1 / (1 + step) } })) })

  /** Reports metrics at some steps. */
  points = (steps: readonly number[], metricsAt: (step: number) => Record<string, MetricValue>): Promise<void> =>
    this.report({ points: steps.map((step) => ({ step, metrics: metricsAt(step) })) })

  /** Uploads a checkpoint of one file, and registers it. */
  async save(step: number): Promise<{ step: number; path: string }> {
    const checkpoint = { step, path: `checkpoints/step-${step}` }
    await this.upload(checkpoint.path, 'weights')
    await this.#say(`/jobs/${this.#job}/checkpoints`, this.#jobToken, checkpoint)
    return checkpoint
  }

  /** Uploads a file. */
  async upload(path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/octet-stream'): Promise<void> {
    const name = path.split('/').map(encodeURIComponent).join('/')
    const stored = await fetch(`${this.#service.origin}${api}/jobs/${this.#job}/artifacts/${name}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${this.#jobToken}`, 'Content-Type': type },
      body,
    })
    assert.equal(stored.status, 201)
  }

  /** Reports lines of output, as many at a time as a report has room for. */
  async write(lines: readonly { text: string; stream?: string; timestamp?: number }[]): Promise<void> {
    for (let from = 0; from < lines.length; from += REPORT_LINES_MAX) {
      await this.report({ output: lines.slice(from, from + REPORT_LINES_MAX) })
    }
  }

  async finish(outcome: string, more: object = {}): Promise<void> {
    const body = { sequence: ++this.#sequence, outcome, ...more }
    await this.#say(`/jobs/${this.#job}/finish`, this.#jobToken, body)
  }

  async #say(path: string, token: string, body: object): Promise<unknown> {
    const answer = await fetch(this.#service.origin + api + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    assert.equal(answer.status, 200, `${path}: ${text}`)
    return JSON.parse(text)
  }
}
