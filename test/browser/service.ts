import type { JobSnapshot } from '../../src/client/index.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import type { JobStatus } from '../../src/shared/job-status.ts'
import { MortalServer } from '../kill/mortal-server.ts'
import { Front } from './front.ts'

type Role = 'viewer' | 'operator' | 'admin'
export type Token = { id: string; token: string }
export type NewJob = { name: string; epochs?: number; model_type?: ModelVersion['model_type']; batch_size?: number }

const api = '/api/v1/admin/training'
const adminToken = 'an-administrator-of-the-browser-suite'
const closed = { ADMIN_TOKEN: adminToken, SESSION_SECRET: 'a-secret-that-signs-its-sessions-0' }

export type ServiceOptions = {
  /** Beside the credentials, by which it is closed as a deployment is. */
  vars?: Record<string, string>
  /** A folder with the built dashboard. */
  assets: string
  /** A folder with the state to begin with a copy of. */
  state: string
}

/** The whole service behind an address that stays, and what the tests do with it past the browser. */
export class Service {
  readonly front: Front
  readonly server: MortalServer
  /** What signs in who may do everything. */
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

  /** Ends the server as a power cut would; connections to the address break off. */
  async kill(): Promise<void> {
    this.front.target = null
    await this.server.kill()
  }

  /** Starts the server on what it left behind. */
  async revive(): Promise<void> {
    await this.server.start()
    this.front.target = await this.server.address
  }

  /** What happens while the server is dead; afterwards it is started on what it left behind. */
  async whileDead(happens: () => Promise<unknown>): Promise<void> {
    await this.kill()
    try {
      await happens()
    } finally {
      await this.revive()
    }
  }

  async close(): Promise<void> {
    this.front.close()
    await this.server.destroy()
  }

  /** Makes an API token. */
  token = (role: Role, name: string = role): Promise<Token> =>
    this.#ask('POST', '/api/v1/admin/tokens', { name, role, expires_at: null })

  revoke = ({ id }: Token): Promise<unknown> => this.#ask('DELETE', `/api/v1/admin/tokens/${id}`)

  register = (documents: object[]): Promise<unknown> => this.#ask('PUT', `${api}/dataset/documents`, { documents })

  /** Creates a job, which waits if no slot is free. @returns its id */
  async create(config: NewJob): Promise<string> {
    const body = { epochs: 1, bundeslaender: ['BY', 'HE'], ...config }
    return (await this.#ask<{ id: string }>('POST', `${api}/jobs?when_busy=queue`, body)).id
  }

  command = (id: string, command: 'pause' | 'resume' | 'cancel'): Promise<unknown> =>
    this.#ask('POST', `${api}/jobs/${id}/${command}`)

  remove = (id: string): Promise<unknown> => this.#ask('DELETE', `${api}/jobs/${id}`)

  job = (id: string): Promise<JobSnapshot> => this.#ask('GET', `${api}/jobs/${id}`)
  jobs = (): Promise<JobSnapshot[]> => this.#ask('GET', `${api}/jobs?limit=200`)
  models = (): Promise<ModelVersion[]> => this.#ask('GET', `${api}/models?limit=200`)
  activate = (id: string): Promise<unknown> => this.#ask('POST', `${api}/models/${id}/activate`)
  stats = (): Promise<{ total_documents: number }> => this.#ask('GET', `${api}/dataset/stats`)

  /** Waits until a job is so. */
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
