import { type Address, Connection, encodeRequest, once } from './http.ts'
import { api } from './server.ts'

/** How many values a report has, at so many steps, each of these metrics at each step. */
export type Batch = { name: string; steps: number; metrics: readonly string[] }

const common = ['loss', 'learning_rate', 'grad_norm', 'accuracy'] as const

/** What training loops send: a value, a page of some steps, as much as a report may have of four metrics. */
export const batches: readonly Batch[] = [
  { name: '1 value', steps: 1, metrics: ['loss'] },
  { name: '40 values', steps: 10, metrics: common },
  { name: '1,000 values', steps: 250, metrics: common },
]

/** The same value of a metric at a step on all sides. */
export const valueAt = (step: number, metric: number): number =>
  Math.round(1e6 * (2 / (1 + step / 500) + 0.1 * Math.sin(step * (metric + 1)))) / 1e6

/** The time of a step, Unix ms. */
export const timeAt = (step: number): number => 1_795_000_000_000 + 1_000 * step

export const pointsOf = ({ steps, metrics }: Batch, from: number) =>
  Array.from({ length: steps }, (_, i) => ({
    step: from + i,
    timestamp: timeAt(from + i),
    metrics: Object.fromEntries(metrics.map((name, n) => [name, valueAt(from + i, n)])),
  }))

const metricTexts = new Map<Batch, string[]>()

/** A report as JSON, made of prepared texts: the load generator must cost less than the server. */
function reportText(batch: Batch, sequence: number, from: number): string {
  let texts = metricTexts.get(batch)
  if (texts === undefined) {
    texts = pointsOf(batch, 0).map(({ metrics }) => JSON.stringify(metrics))
    metricTexts.set(batch, texts)
  }
  const points = texts.map((text, i) => `{"step":${from + i},"timestamp":${timeAt(from + i)},"metrics":${text}}`)
  return `{"sequence":${sequence},"points":[${points}]}`
}

/** A job that a runner has claimed, and the connection on which it reports. */
export class Trained {
  readonly id: string
  #address: Address
  /** The token of the attempt. */
  readonly token: string
  #connection: Connection
  #sequence = 0
  #step = 0

  private constructor(address: Address, id: string, token: string) {
    this.#address = address
    this.id = id
    this.token = token
    this.#connection = new Connection(address.port)
  }

  static async create(address: Address): Promise<Trained> {
    const config = { name: 'Benchmark', bundeslaender: ['BY'], trainer: 'runner' }
    await once({ ...address, method: 'POST', path: `${api}/jobs`, body: config })
    const claim = { runner: 'bench', claim_id: crypto.randomUUID() }
    const { body } = await once({ ...address, method: 'POST', path: `${api}/claims`, body: claim })
    const { job, token } = JSON.parse(body)
    const trained = new Trained(address, job.id, token)
    await trained.#say('/reports', '{}')
    return trained
  }

  /** Reports to another address from now on: its server has been restarted. */
  moveTo(address: Address): void {
    this.#connection.close()
    this.#address = address
    this.#connection = new Connection(address.port)
  }

  /** Reports the next steps. */
  async report(batch: Batch): Promise<void> {
    const text = reportText(batch, ++this.#sequence, this.#step)
    this.#step += batch.steps
    await this.#say('/reports', text)
  }

  async finish(): Promise<void> {
    await this.#say('/finish', `{"sequence":${++this.#sequence},"outcome":"failed"}`)
    this.#connection.close()
  }

  async #say(path: string, json: string): Promise<void> {
    const shot = { ...this.#address, method: 'POST', path: `${api}/jobs/${this.id}${path}`, json }
    const answer = await this.#connection.send(encodeRequest(shot, [`Authorization: Bearer ${this.token}`]))
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
  }
}

/** Gives a job so many thousand points, each with values of some metrics, as many in a report as it may have. */
export async function fill(trained: Trained, points: number, metrics: readonly string[]): Promise<void> {
  const batch = { name: '', steps: 1_000, metrics }
  for (let filled = 0; filled < points; filled += batch.steps) await trained.report(batch)
}
