import { api, request, send } from './api.ts'

/** A JSON answer of any shape. */
// biome-ignore lint/suspicious/noExplicitAny: tests say which
type Json = any

/** A runner as a test plays it: what it was answered last, and its words. */
export class Runner {
  readonly name: string
  claimId: string = crypto.randomUUID()
  job = ''
  token = ''
  sequence = 0
  claimed: Json = null

  constructor(name = 'gpu-1') {
    this.name = name
  }

  /** Claims a job. @returns the answer; what it says is kept */
  async claim(body: Record<string, unknown> = {}): Promise<Response> {
    const answer = await send('POST', `${api}/claims`, { runner: this.name, claim_id: this.claimId, ...body })
    if (answer.status !== 200) return answer
    this.claimed = await answer.clone().json()
    this.job = this.claimed.job.id
    this.token = this.claimed.token
    this.sequence = this.claimed.sequence
    return answer
  }

  /** Claims a job and confirms the attempt. */
  async begin(): Promise<this> {
    await this.claim()
    await this.beat()
    return this
  }

  say(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return request(`${api}/jobs/${this.job}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.token}`, ...headers },
      body: JSON.stringify(body),
    })
  }

  /** A heartbeat. */
  beat = async (): Promise<Json> => (await this.say('/reports', {})).json()

  /** A report in sequence. @returns its answer */
  async report(content: Record<string, unknown>): Promise<Json> {
    const answer = await this.say('/reports', { sequence: this.sequence + 1, ...content })
    const body: Json = await answer.json()
    if (answer.status === 200) this.sequence = body.sequence
    return body
  }

  /** Reports points of a loss at some steps. */
  steps = (...steps: number[]): Promise<Json> =>
    this.report({ points: steps.map((step) => ({ step, metrics: { loss: 1 / (1 + step) } })) })

  /** Uploads a checkpoint of one file, and registers it. */
  async save(step: number, path = `checkpoints/step-${step}`): Promise<{ step: number; path: string }> {
    const url = `${api}/jobs/${this.job}/artifacts/${path}/weights`
    await request(url, { method: 'PUT', headers: { Authorization: `Bearer ${this.token}` }, body: `weights ${step}` })
    const answer = await this.say('/checkpoints', { step, path })
    if (answer.status !== 200) throw new Error(`The checkpoint was refused: ${await answer.text()}`)
    return { step, path }
  }

  finish(outcome: string, more: Record<string, unknown> = {}): Promise<Response> {
    return this.say('/finish', { sequence: this.sequence + 1, outcome, ...more })
  }
}
