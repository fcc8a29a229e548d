import type { Role } from '../../src/shared/role.ts'
import { createJob, request, send } from './api.ts'
import { Runner } from './runner.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests say which
type Json = any

const root = '/mlflow/api/2.0'

/** A client of MLflow as a test plays it: the requests of the wire. */
export class MlflowClient {
  readonly token: string | null

  /** @param token `null`: the local opening needs none */
  constructor(token: string | null = null) {
    this.token = token
  }

  /** A client of a person with a role. */
  static async as(role: Role): Promise<MlflowClient> {
    const answer = await send('POST', '/api/v1/admin/tokens', { name: crypto.randomUUID(), role })
    return new MlflowClient(((await answer.json()) as { token: string }).token)
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return request(`${root}/${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  async ask(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.send(method, path, body)
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  post = (path: string, body: unknown): Promise<Json> => this.ask('POST', `mlflow/${path}`, body)
  /** A request to the service of artifacts. */
  postArtifacts = (path: string, body: unknown): Promise<Json> => this.ask('POST', `mlflow-artifacts/${path}`, body)
  get = (path: string): Promise<Json> => this.ask('GET', `mlflow/${path}`)

  /** The run, whole. */
  run = async (id: string): Promise<Json> => (await this.get(`runs/get?run_id=${id}`)).run

  /** Logs a model as `mlflow.log_model` does, with one file. @returns its id */
  async logModel(run: string, name = 'model', text = 'weights', more: object = {}): Promise<string> {
    const { model } = await this.post('logged-models', { experiment_id: '1', name, source_run_id: run, ...more })
    const { model_id: modelId, artifact_uri: uri } = model.info
    const place = uri.replace('mlflow-artifacts:/', '')
    const put = await this.send('PUT', `mlflow-artifacts/artifacts/${place}/MLmodel`, text)
    if (put.status !== 200) throw new Error(`${put.status} ${await put.text()}`)
    await this.ask('PATCH', `mlflow/logged-models/${modelId}`, { model_id: modelId, status: 'LOGGED_MODEL_READY' })
    return modelId
  }

  metric = (id: string, key: string, value: unknown, step = 0, timestamp = 1_795_760_970_606): Promise<Json> =>
    this.post('runs/log-metric', { run_id: id, run_uuid: id, key, value, step, timestamp })
}

/** A job of runners at which an attempt has begun, and a client with its token. */
export async function beginRun(): Promise<{ runner: Runner; client: MlflowClient; id: string }> {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  return { runner, client: new MlflowClient(runner.token), id: runner.job }
}
