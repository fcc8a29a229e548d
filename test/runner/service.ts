import { inject } from 'vitest'
import type { AttemptRecord, EventRecord, History, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { MortalServer } from '../kill/mortal-server.ts'
import { Door } from './door.ts'

const api = '/api/v1/admin/training'

/** A line of a job's output. */
export type OutputLine = { number: number; attempt: number; stream: string; text: string }

const adminToken = 'an-administrator-of-these-tests-alone-0123456789'
const asAdmin = { Authorization: `Bearer ${adminToken}` }

/** The real service, which requires a sign-in, with a door in front of it that runners come through, and what an operator does. */
export class Service implements AsyncDisposable {
  readonly server: MortalServer
  readonly door: Door

  /** Where runners find it, and a token for them, with its id. */
  readonly at: { url: string; token: string }
  readonly tokenId: string
  readonly adminToken = adminToken

  private constructor(server: MortalServer, door: Door, { id, token }: { id: string; token: string }) {
    this.server = server
    this.door = door
    this.at = { url: door.url, token }
    this.tokenId = id
  }

  static async start(): Promise<Service> {
    const vars = { ADMIN_TOKEN: adminToken, SESSION_SECRET: adminToken, MAX_ACTIVE_JOBS: '50' }
    const server = await MortalServer.create(vars, { assets: 'dist/public', copyOf: inject('runnerState') })
    await server.start()
    return new Service(server, await Door.open(server), await Service.#newToken(server))
  }

  static async #newToken(server: MortalServer): Promise<{ id: string; token: string }> {
    const made = await server.ask('/api/v1/admin/tokens', {
      method: 'POST',
      headers: { ...asAdmin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'machines', role: 'runner' }),
    })
    return (await made.json()) as { id: string; token: string }
  }

  async text(path: string): Promise<string> {
    return (await this.server.ask(api + path, { headers: asAdmin })).text()
  }

  get = async <T>(path: string): Promise<T> => JSON.parse(await this.text(path)) as T

  /** A command of an administrator. @returns the answer's body */
  async send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await this.server.ask(`/api/v1/admin${path}`, {
      method,
      headers: { ...asAdmin, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as Record<string, unknown>
  }

  post = (path: string, body?: object) => this.send('POST', `/training${path}`, body)

  /** Creates a job. @returns its id */
  async create(config: object = {}): Promise<string> {
    const { id } = await this.post('/jobs', { name: 'Test', bundeslaender: ['BY'], trainer: 'runner', ...config })
    return String(id)
  }

  job = (id: string) => this.get<JobSnapshot>(`/jobs/${id}`)
  attempts = (id: string) => this.get<AttemptRecord[]>(`/jobs/${id}/attempts`)
  /** All lines of output that are kept. */
  async output(id: string): Promise<OutputLine[]> {
    const lines: OutputLine[] = []
    for (;;) {
      const after = lines.length === 0 ? 0 : (lines.at(-1)?.number ?? 0) + 1
      const page = await this.get<OutputLine[]>(`/jobs/${id}/output?after=${after}`)
      if (page.length === 0) return lines
      lines.push(...page)
    }
  }
  /** The paths of a job's files. */
  files = async (id: string) => (await this.get<{ path: string }[]>(`/jobs/${id}/artifacts`)).map(({ path }) => path)
  /** A file of a job, which is JSON. */
  file = <T>(id: string, path: string) => this.get<T>(`/jobs/${id}/artifacts/${path}`)
  events = async (id: string) => (await this.get<EventRecord[]>(`/jobs/${id}/events?limit=200`)).map(({ type }) => type)

  /** The steps and losses of the curve, without readings of the machine. */
  async curve(id: string): Promise<[number, unknown][]> {
    const { points } = await this.get<History>(`/jobs/${id}/history?max_points=10000`)
    return points.filter(({ loss }) => loss !== null).map(({ step, loss }) => [step, loss])
  }

  /** Ends it as a power cut would, and starts it again. */
  async restart(): Promise<void> {
    await this.server.kill()
    await this.server.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.door.close()
    await this.server.destroy()
  }
}

/** The curve of child.mjs. */
export const expectedCurve = (steps: number): [number, number][] =>
  Array.from({ length: steps }, (_, step) => [step, 1 / (step + 1)])
