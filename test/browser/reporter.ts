import type { NewJob, Service } from './service.ts'

const api = '/api/v1/admin/training'

type Metrics = Record<string, number | 'NaN'>

/** A runner that trains jobs one after another: what it reports is given to it. */
export class Reporter {
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

  /** Creates a job and confirms an attempt at it. @returns its id */
  async begin(config: NewJob): Promise<string> {
    const id = await this.#service.create({ ...config, trainer: 'runner' })
    await this.claim()
    if (this.#job !== id) throw new Error(`${this.name} was given ${this.#job} in place of ${id}`)
    return id
  }

  /** Claims the job that is offered, and confirms the attempt. */
  async claim(): Promise<void> {
    const claim = { runner: this.name, claim_id: crypto.randomUUID(), wait_s: 20 }
    const { job, token, sequence } = (await this.#say('/claims', this.#token, claim)) as {
      job: { id: string }
      token: string
      sequence: number
    }
    this.#job = job.id
    this.#jobToken = token
    this.#sequence = sequence
    await this.#say(`/jobs/${this.#job}/reports`, token, {})
  }

  /** Reports the metrics at some steps. */
  async report(steps: readonly number[], metricsAt: (step: number) => Metrics): Promise<void> {
    const points = steps.map((step) => ({ step, metrics: metricsAt(step) }))
    await this.#say(`/jobs/${this.#job}/reports`, this.#jobToken, { sequence: ++this.#sequence, points })
  }

  async finish(outcome: 'completed' | 'failed' | 'released'): Promise<void> {
    await this.#say(`/jobs/${this.#job}/finish`, this.#jobToken, { sequence: ++this.#sequence, outcome })
  }

  async #say(path: string, token: string, body: object): Promise<unknown> {
    const answer = await fetch(this.#service.origin + api + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was refused: ${await answer.text()}`)
    return answer.json()
  }
}
