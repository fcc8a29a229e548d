import type { JobSnapshot } from '../../src/client/index.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'
import { MortalServer } from '../kill/mortal-server.ts'
import { age } from './aging.ts'
import { Front } from './front.ts'

type Role = 'viewer' | 'operator' | 'admin' | 'runner'
export type Token = { id: string; token: string }
export type NewJob = {
  name: string
  epochs?: number
  model_type?: ModelVersion['model_type']
  batch_size?: number
  learning_rate?: number
  trainer?: JobSnapshot['trainer']
  params?: Record<string, string>
  max_attempts?: number
}

const api = '/api/v1/admin/training'
const adminToken = 'an-administrator-of-the-browser-suite'
const closed = { ADMIN_TOKEN: adminToken, SESSION_SECRET: 'a-secret-that-signs-its-sessions-0' }

export type ServiceOptions = {
  /** In addition to the credentials, with which it requires authentication as a deployment does. */
  vars?: Record<string, string>
  /** A folder with the built dashboard. */
  assets: string
  /** A folder with the initial state, which is copied. */
  state: string
}

/** The whole service behind a stable address, and what tests do with it without the browser. */
export class Service {
  readonly front: Front
  readonly server: MortalServer
  /** The token of an admin. */
  readonly admin: Token = { id: '', token: adminToken }

  private constructor(server: MortalServer, front: Front) {
    this.server = server
    this.front = front
  }

  static async start({ vars = {}, assets, state }: ServiceOptions): Promise<Service> {
    const server = await MortalServer.create({ ...closed, ...vars }, { assets, copyOf: state })
    const service = new Service(server, await Front.open())
    await service.revive()
    return service
  }

  get origin(): string {
    return this.front.origin
  }

  /** Kills the server as a power cut would; open connections are dropped. */
  async kill(): Promise<void> {
    this.front.target = null
    await this.server.kill()
  }

  /** Restarts the server on the state that it left. */
  async revive(): Promise<void> {
    await this.server.start()
    this.front.target = await this.server.address
  }

  /** Runs some work while the server is dead, then restarts it on the state that it left. */
  async whileDead(happens: () => Promise<unknown>): Promise<void> {
    await this.kill()
    try {
      await happens()
    } finally {
      await this.revive()
    }
  }

  /** Sets the time of a job, as `age` does. */
  age = (id: string, byMs: number, isUnheard: boolean): Promise<void> =>
    this.whileDead(async () => age(this.server.state, id, byMs, isUnheard))

  async close(): Promise<void> {
    this.front.close()
    await this.server.destroy()
  }

  /** Creates an API token. */
  token = (role: Role, name: string = role): Promise<Token> =>
    this.#ask('POST', '/api/v1/admin/tokens', { name, role, expires_at: null })

  revoke = ({ id }: Token): Promise<unknown> => this.#ask('DELETE', `/api/v1/admin/tokens/${id}`)

  register = (documents: object[]): Promise<unknown> => this.#ask('PUT', `${api}/dataset/documents`, { documents })

  /** Creates a job, which is queued if no slot is free. @returns its id */
  async create(config: NewJob): Promise<string> {
    const body = { epochs: 1, bundeslaender: ['BY', 'HE'], ...config }
    return (await this.#ask<{ id: string }>('POST', `${api}/jobs?when_busy=queue`, body)).id
  }

  /** Has a runner ask for a job, or say that it ends. @returns the answer's body; `null`: there is no job */
  async claim(token: string, claim: object): Promise<{ job: JobSnapshot; token: string } | null> {
    const answer = await fetch(`${this.origin}${api}/claims`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ claim_id: crypto.randomUUID(), ...claim }),
    })
    if (!answer.ok) throw new Error(`A claim was refused: ${await answer.text()}`)
    return answer.status === 204 ? null : ((await answer.json()) as { job: JobSnapshot; token: string })
  }

  command = (id: string, command: 'pause' | 'resume' | 'cancel'): Promise<unknown> =>
    this.#ask('POST', `${api}/jobs/${id}/${command}`)

  edit = (id: string, edit: { name?: string; notes?: string; tags?: string[] }): Promise<unknown> =>
    this.#ask('PATCH', `${api}/jobs/${id}`, edit)

  remove = (id: string): Promise<unknown> => this.#ask('DELETE', `${api}/jobs/${id}`)

  job = (id: string): Promise<JobSnapshot> => this.#ask('GET', `${api}/jobs/${id}`)
  jobs = (): Promise<JobSnapshot[]> => this.#ask('GET', `${api}/jobs?limit=200`)
  models = (): Promise<ModelVersion[]> => this.#ask('GET', `${api}/models?limit=200`)
  activate = (id: string): Promise<unknown> => this.#ask('POST', `${api}/models/${id}/activate`)
  stats = (): Promise<{ total_documents: number }> => this.#ask('GET', `${api}/dataset/stats`)

  /** Waits until a job satisfies a condition. */
  async until(id: string, isSo: (job: JobSnapshot) => boolean): Promise<JobSnapshot> {
    for (;;) {
      const job = await this.job(id)
      if (isSo(job)) return job
    }
  }

  /** Waits until a job has a status. */
  untilStatus = (id: string, status: JobStatus): Promise<JobSnapshot> => this.until(id, (job) => job.status === status)

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(this.origin + path, { method, headers, ...init })
    if (!answer.ok) throw new Error(`${method} ${path} was refused: ${await answer.text()}`)
    return answer.json() as Promise<T>
  }
}
