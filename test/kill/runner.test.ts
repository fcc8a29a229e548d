import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { AttemptRecord, EventRecord, History, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import { Random } from '../simulation/random.ts'
import { MortalServer } from './mortal-server.ts'

/** Kills of the server in each run of the script; `npm run kill` takes longer. */
const KILLS = inject('isLong') ? 10 : 3
const STEPS = 12 * KILLS
const api = '/api/v1/admin/training'
const script = fileURLToPath(new URL('../../examples/runner.sh', import.meta.url))
const random = new Random(7)

let server: MortalServer
let door: Door
const machines: ChildProcess[] = []

beforeAll(async () => {
  server = await MortalServer.create(
    { ALLOW_ANYONE_ON_LOCALHOST: 'true' },
    { assets: 'dist/public', copyOf: inject('emptyState') },
  )
  door = await Door.open(server)
})
afterAll(async () => {
  for (const machine of machines) machine.kill('SIGKILL')
  door.close()
  await server.destroy()
})

/** One address in front of a server that gets another one with every life. While it is dead, connections break. */
class Door {
  readonly #sockets = new Set<Socket>()
  readonly #listener = createServer((client) => void this.#pass(client))
  readonly #server: MortalServer

  private constructor(behind: MortalServer) {
    this.#server = behind
  }

  static async open(behind: MortalServer): Promise<Door> {
    const made = new Door(behind)
    made.#listener.listen(0, '127.0.0.1')
    await once(made.#listener, 'listening')
    return made
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`
  }

  close(): void {
    this.#listener.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #pass(client: Socket): Promise<void> {
    this.#sockets.add(client)
    client.on('error', () => {}).on('close', () => this.#sockets.delete(client))
    const address = await Promise.race([this.#server.address, sleep(50)])
    if (!(address instanceof URL)) return void client.destroy()
    const behind = connect(Number(address.port), address.hostname)
    behind.on('error', () => client.destroy()).on('close', () => client.destroy())
    client.on('close', () => behind.destroy())
    client.pipe(behind).pipe(client)
  }
}

const get = async <T>(path: string): Promise<T> => (await server.ask(api + path)).json()
const post = (path: string, body?: unknown) =>
  server.ask(api + path, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })

async function create(): Promise<string> {
  const answer = await post('/jobs', { name: 'Script', bundeslaender: ['BY'], trainer: 'runner' })
  return ((await answer.json()) as { id: string }).id
}

/** A machine that runs the example's script. */
function machine(name: string): ChildProcess {
  const env = { ...process.env, URL: door.url, STEPS: String(STEPS), SECONDS_PER_STEP: '0.1' }
  const started = spawn('bash', [script, name], { env, stdio: 'ignore', detached: true })
  machines.push(started)
  return started
}

/** Kills a machine with everything that runs on it. */
function powerCut({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

const stepsOf = async (id: string) =>
  (await get<History>(`/jobs/${id}/history?max_points=10000`)).points.map((p) => p.step)
const until = async (id: string, holds: (job: JobSnapshot) => boolean): Promise<JobSnapshot> => {
  for (;;) {
    const job = await get<JobSnapshot>(`/jobs/${id}`)
    if (holds(job)) return job
    await sleep(50)
  }
}
const events = async (id: string) => (await get<EventRecord[]>(`/jobs/${id}/events?limit=200`)).map(({ type }) => type)

test(`a script's training loses nothing when the server is killed ${KILLS} times`, async () => {
  await server.start()
  const id = await create()
  const exit = once(machine('gpu-1'), 'exit')
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(random.int(200, 900))
    await server.kill()
    await sleep(random.int(0, 300))
    await server.start()
  }
  expect(await exit).toEqual([0, null])
  await until(id, ({ status }) => status === 'completed')
  expect(await stepsOf(id)).toEqual(Array.from({ length: STEPS }, (_, step) => step))
  expect(await get<AttemptRecord[]>(`/jobs/${id}/attempts`)).toMatchObject([{ number: 1, ended: 'completed' }])
  expect(await events(id)).not.toContain('silent')
  const versions = await get<ModelVersion[]>('/models?limit=200')
  expect(versions.filter(({ job_id }) => job_id === id)).toHaveLength(1)
})

test('machines that lose power in turn with the server leave one curve', async () => {
  const id = await create()
  for (let turn = 1; turn <= 2; turn++) {
    const running = machine(`gpu-${turn}`)
    await until(id, ({ attempt, status }) => attempt?.number === turn && status === 'training')
    powerCut(running)
    await server.kill()
    await server.start()
    const dead = await get<JobSnapshot>(`/jobs/${id}`)
    expect(dead).toMatchObject({ status: 'training', attempt: { number: turn, ended: null } })
    expect((await post(`/jobs/${id}/give-up`)).status).toBe(200)
  }
  machine('gpu-3')
  await until(id, ({ attempt, status, progress }) => attempt?.number === 3 && status === 'training' && progress > 20)
  await post(`/jobs/${id}/pause`)
  await server.kill()
  await server.start()
  const paused = await until(id, ({ status }) => status === 'paused')
  expect(paused).toMatchObject({ requested: null, attempt: { ended: 'paused' } })
  await post(`/jobs/${id}/resume`)
  const last = machine('gpu-4')
  // Frozen as by a closed lid, while the server dies.
  await until(id, ({ attempt, status }) => attempt?.number === 4 && status === 'training')
  last.kill('SIGSTOP')
  await server.kill()
  await server.start()
  last.kill('SIGCONT')
  await until(id, ({ status }) => status === 'completed')
  expect(await stepsOf(id)).toEqual(Array.from({ length: STEPS }, (_, step) => step))
  const attempts = await get<AttemptRecord[]>(`/jobs/${id}/attempts`)
  expect(attempts.map(({ ended }) => ended)).toEqual(['given_up', 'given_up', 'paused', 'completed'])
})
