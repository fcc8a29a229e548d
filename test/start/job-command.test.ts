import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LocalServer } from './local-server.ts'
import { Shell } from './shell-runner.ts'

const script = fileURLToPath(new URL('../../scripts/job.ts', import.meta.url))
const STEPS = 40
const api = '/api/v1/admin/training'

let server: LocalServer
let shell: Shell
beforeAll(async () => {
  shell = await Shell.prepare()
  server = await LocalServer.start(['--var', 'MAX_ACTIVE_JOBS:9'])
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await shell[Symbol.asyncDispose]()
})

/** `npm run job -- …` as a process, without a terminal. */
class Command implements AsyncDisposable {
  readonly #child
  readonly #closed
  out = ''
  err = ''

  constructor(...args: string[]) {
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
    this.#child = spawn(process.execPath, [script, ...args], {
      env: { ...env, STELLWERK_URL: `http://localhost:${server.port}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.out += text
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.err += text
    })
  }

  /** Resolves once it has printed this. */
  prints = (text: string): Promise<void> => expect.poll(() => this.out, { timeout: 30_000 }).toContain(text)

  interrupt = (): void => void this.#child.kill('SIGINT')

  /** Resolves when it has ended. */
  async result() {
    await this.#closed
    return { code: this.#child.exitCode, out: this.out, err: this.err }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}

const job = (...args: string[]) => new Command(...args).result()
const lines = (text: string) => text.trimEnd().split('\n')
const runner = (name: string, secondsPerStep?: number) =>
  shell.run(name, `http://localhost:${server.port}`, STEPS, secondsPerStep)

async function create(...flags: string[]): Promise<string> {
  const given = ['--name', 'Terminal', '--bundesland', 'BY', '--trainer', 'runner', '--json', ...flags]
  const { code, out, err } = await job('create', ...given)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out).id
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what is in it
async function say(path: string, body: object, token?: string): Promise<any> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  const answer = await server.ask(api + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status, answer.body).toBe(200)
  return JSON.parse(answer.body)
}

/** Claims the only job that is offered. @returns how its attempt speaks */
async function claim(name: string) {
  const { job, token } = await say('/claims', { runner: name, claim_id: randomUUID() })
  const report = (content: object) => say(`/jobs/${job.id}/reports`, content, token)
  await report({})
  return { report, finish: (content: object) => say(`/jobs/${job.id}/finish`, content, token) }
}

test('a job is trained by two runners and watched, its output followed, and a pause waited for', async () => {
  const id = await create('--param', 'seed=17', '--max-attempts', '2')
  const shown = JSON.parse((await server.ask(`${api}/jobs/${id}`)).body)
  expect(shown).toMatchObject({ trainer: 'runner', params: { seed: '17' }, max_attempts: 2 })
  expect((await job('list')).out).toMatch(/ queued, waits for runner +– +–\/10 /)
  await using watch = new Command('watch', id)
  await using logs = new Command('logs', id, '-f')
  await watch.prints('Waits for a runner.')

  // Slow, so that it has not completed the job before the commands have begun.
  await using first = runner('gpu-1', 1)
  await logs.prints('step 3 of')
  expect((await job('runners')).out).toMatch(new RegExp(`\\ngpu-1 +– +${id.slice(0, 8)} training +last 20`))
  const pause = await job('pause', id.slice(0, 8), '--grace', '5', '--wait')
  expect(pause).toMatchObject({ code: 0, err: '' })
  expect(lines(pause.out)[0]).toBe(`Pause requested: ${id}`)
  const last = Number(/^Paused at step (\d+)\.$/.exec(lines(pause.out).at(-1) ?? '')?.[1])
  expect(last).toBeGreaterThanOrEqual(3)
  expect(await first.ended()).toBe(0)

  await job('resume', id)
  await using second = runner('gpu-2')
  expect(await second.ended()).toBe(0)
  expect(await logs.result()).toMatchObject({
    code: 0,
    out: Array.from({ length: STEPS }, (_, step) => `step ${step} of ${STEPS}\n`).join(''),
    err: '',
  })
  const watched = await watch.result()
  expect(watched).toMatchObject({ code: 0, err: '' })
  expect(watched.out).not.toMatch(/null|undefined|NaN/)
  const news = lines(watched.out).filter((line) => /^[A-Z]/.test(line) && !line.startsWith('The process'))
  expect(news.map((line) => line.replace(/ after .*/, ''))).toEqual([
    `Terminal, zeugnis, ${id}`,
    'Waits for a runner.',
    'Attempt 1 of runner gpu-1.',
    'Pause requested.',
    'Waits for a runner.',
    'Attempt 2 of runner gpu-2.',
    'Completed',
  ])
  const rows = lines((await job('attempts', id)).out).map((line) => line.split(/ {2,}/))
  expect(rows.slice(1)).toEqual([
    ['1', 'gpu-1', expect.any(String), 'the beginning', `0–${last}`, expect.stringMatching(/^paused 20/)],
    [
      '2',
      'gpu-2',
      expect.any(String),
      `step ${last}`,
      `${last + 1}–${STEPS - 1}`,
      expect.stringMatching(/^completed /),
    ],
  ])

  expect(
    await job('create', '--name', 'A', '--bundesland', 'BY', '--trainer', 'runner', '--resume-from', `${id}:7000`),
  ).toMatchObject({
    code: 65,
    err: expect.stringMatching(/^--resume-from: There is no such job, or it has no checkpoint at this step/),
  })
  const next = await create('--resume-from', `${id.slice(0, 8)}:${last}`)
  await using third = runner('gpu-3')
  await expect.poll(() => third.output.lines.join('\n'), { timeout: 30_000 }).toContain(`from step ${last + 1}`)
  expect(await third.ended()).toBe(0)
  expect((await job('watch', next)).code).toBe(0)
})

test('a request that is withdrawn, or that a completion crosses, is exit status 3, and shown on its way', async () => {
  const id = await create()
  const { report, finish } = await claim('gpu-1')
  await using pause = new Command('pause', id, '--wait')
  await pause.prints('Pause requested')
  await report({ acknowledged: 1 })
  await pause.prints('The runner has seen the pause request.')
  await job('resume', id)
  const withdrawn = 'The request was withdrawn; the job goes on.'
  expect(await pause.result()).toMatchObject({ code: 3, out: expect.stringContaining(withdrawn), err: '' })

  await using cancel = new Command('cancel', id, '--wait', '--json')
  await cancel.prints('Cancellation requested')
  await report({ stopping: 2 })
  await finish({ sequence: 1, outcome: 'completed' })
  const { code, out } = await cancel.result()
  expect(code).toBe(3)
  expect(lines(out).map((line) => JSON.parse(line))).toMatchObject([
    { id, success: true },
    { id, status: 'completed' },
  ])
})

test('a request that is fulfilled, fails, or is not waited for to the end has an exit status of its own', async () => {
  const outcomes = [
    ['cancel', 'cancelled', 0, 'Cancelled at step 4.'],
    ['pause', 'cancelled', 2, 'Cancelled at step 4.'],
    ['pause', 'failed', 1, 'Failed at step 4: Out of memory.'],
  ] as const
  for (const [command, outcome, code, sentence] of outcomes) {
    const id = await create()
    const { report, finish } = await claim('gpu-1')
    await report({ sequence: 1, points: [{ step: 4, metrics: { loss: 'NaN' } }] })
    await using waiting = new Command(command, id, '--wait')
    await waiting.prints('requested')
    await finish({ sequence: 2, outcome, ...(outcome === 'failed' && { error_message: 'Out of memory' }) })
    const result = await waiting.result()
    expect({ ...result, out: lines(result.out).at(-1) }).toEqual({ code, out: sentence, err: '' })
  }
  const id = await create()
  await claim('gpu-1')
  await using waiting = new Command('pause', id, '--wait')
  await waiting.prints('requested')
  waiting.interrupt()
  expect(await waiting.result()).toMatchObject({ code: 130, err: expect.stringContaining('the request stays') })
  const given = await job('give-up', id, '--yes')
  expect(given).toMatchObject({ code: 0, out: `The attempt was given up; its process may still run: ${id}\n` })
  expect((await job('list', '--status', 'paused')).out).toContain(id.slice(0, 8))
})

test('a job that nobody has claimed is cancelled at once', async () => {
  const id = await create()
  expect(await job('cancel', id, '--wait')).toEqual({
    code: 0,
    out: `Training cancelled: ${id}\nCancelled before any runner took it.\n`,
    err: '',
  })
  expect(await job('watch', id)).toMatchObject({ code: 2 })
  expect(await job('logs', id, '-f')).toEqual({ code: 0, out: '', err: 'No output.\n' })
  expect(await job('attempts', id)).toMatchObject({ out: 'No runner has claimed the job.\n' })
})

test('each line of output goes where the process wrote it, and a followed one can be continued', async () => {
  const id = await create()
  const { report, finish } = await claim('gpu-1')
  const output = [
    { stream: 'stdout', text: 'epoch\t1' },
    { stream: 'stderr', text: '\u001b[31mlow memory\u001b[0m' },
    { stream: 'stdout', text: 'epoch\t2' },
  ]
  await report({ sequence: 1, output })
  expect(await job('logs', id)).toEqual({ code: 0, out: 'epoch\t1\nepoch\t2\n', err: 'low memory\n' })
  expect(await job('logs', id, '--after', '2')).toEqual({ code: 0, out: 'epoch\t2\n', err: '' })
  const { out } = await job('logs', id, '--json')
  expect(lines(out).map((line) => JSON.parse(line))).toMatchObject(output.map((line, number) => ({ ...line, number })))

  await using followed = new Command('logs', id, '-f')
  await followed.prints('epoch\t2')
  followed.interrupt()
  const stopped = await followed.result()
  expect(stopped).toMatchObject({ code: 130, err: expect.stringContaining(`logs ${id.slice(0, 8)} -f --after 3`) })
  await using rest = new Command('logs', id, '-f', '--after', '3')
  await report({ sequence: 2, output: [{ stream: 'stdout', text: 'epoch\t3' }] })
  await rest.prints('epoch\t3')
  await finish({ sequence: 3, outcome: 'failed' })
  expect(await rest.result()).toEqual({ code: 0, out: 'epoch\t3\n', err: '' })
})

test('an attempt is given up only after a question, which nobody can answer without a terminal', async () => {
  const id = await create()
  await using only = runner('gpu-1', 1)
  await expect.poll(() => only.output.lines.join('\n'), { timeout: 30_000 }).toContain('trains job')
  expect(await job('give-up', id)).toMatchObject({ code: 64, out: '', err: expect.stringContaining('--yes') })
  expect((await job('give-up', id, '--yes')).code).toBe(0)
  expect(await only.ended()).toBe(1)
  expect(await job('give-up', id, '--yes')).toMatchObject({
    code: 65,
    err: 'No runner has this job; there is nothing to give up\n',
  })
  expect((await job('attempts', id)).out).toMatch(/ given up 20/)
})
