import { existsSync, readFileSync, statSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RunnerRecord } from '../../src/jobs/rules/shown.ts'
import { begun, Folder, isAlive, Machine, stepAt } from './machine.ts'
import { expectedCurve, Service } from './service.ts'

let service: Service
let at: Service['at']
beforeAll(async () => {
  service = await Service.start()
  at = service.at
})
afterAll(() => service?.[Symbol.asyncDispose]())
afterEach(() => {
  service.door.mode = () => 'open'
})

/** A shell that says things and ends. */
const shell = (script: string) => ['sh', '-c', script]

test('the runner program is there for everybody, though a sign-in is required', async () => {
  const answer = await service.server.ask('/runner.mjs')
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  expect(await answer.text()).toBe(readFileSync('dist/public/runner.mjs', 'utf8'))
})

test('a job is trained to its end: its curve, its output, its last metrics and its model are there', async () => {
  using folder = new Folder()
  const id = await service.create({ params: { seed: '17' } })
  const script = `
    cat $STELLWERK_JOB; wc -l < $STELLWERK_DATASET; env | sed -n 's/=.*//; /TOKEN/p' | sort | xargs; test -d "$STELLWERK_WORK_DIR" && echo works
    echo '::metrics {"step": 0, "total_steps": 3, "epoch": 0.5, "loss": 2, "grad_norm": NaN, "note": "text"}'
    echo '::metrics {"step": 1, "loss": 1.5, "lr": 1e-4}'; echo 'a word' >&2
    echo '::metrics not json'; printf 'half\\rwhole\\r\\n'
    mkdir "$STELLWERK_MODEL_DIR/sub"; echo m > "$STELLWERK_MODEL_DIR/sub/größe.bin"
    echo '::completed {"accuracy": 0.9}'; printf 'no line break'`
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command: shell(script) })
  expect(await machine.ended(), machine.err).toBe(0)
  await expect.poll(() => service.job(id)).toMatchObject({ status: 'completed', loss: 1.5 })
  expect(await service.curve(id)).toEqual([
    [0, 2],
    [1, 1.5],
  ])
  const text = (await service.output(id)).map((line) => line.text)
  expect(JSON.parse(text[0] ?? '')).toMatchObject({
    id,
    attempt: 1,
    params: { seed: '17' },
    resume_step: null,
    total_documents: 19,
  })
  // Between the two streams there is no order.
  expect(text.slice(1).sort()).toEqual(
    [
      '19',
      'KUBEFLOW_TRAINER_SERVER_TOKEN MLFLOW_TRACKING_TOKEN STELLWERK_JOB_TOKEN',
      'works',
      '::metrics not json',
      'whole',
      'no line break',
      'a word',
    ].sort(),
  )
  expect(await service.files(id)).toEqual(['model/sub/größe.bin'])
  const [attempt] = await service.attempts(id)
  expect(attempt).toMatchObject({ ended: 'completed' })
  // Nothing is left of it, and what holds tokens is for this user alone.
  expect(existsSync(folder.at(`w/jobs/${id}`))).toBe(false)
  expect([statSync(folder.at('w')).mode & 0o777, statSync(folder.at('w/state.json')).mode & 0o777]).toEqual([
    0o700, 0o600,
  ])
})

test('a paused job stops at a checkpoint, and another machine goes on from there', async () => {
  using folder = new Folder()
  const id = await service.create()
  const does = { steps: 30, ms: 100, every: 10, log: folder.at('log') }
  await using first = new Machine({ ...at, workdir: folder.at('1'), does })
  await expect.poll(() => stepAt(does.log)).toBeGreaterThan(1)
  const askedMs = Date.now()
  await service.post(`/jobs/${id}/pause`)
  await first.said('requested')
  // By its stream: the next report would have been after HEARTBEAT_S.
  expect(Date.now() - askedMs).toBeLessThan(10_000)
  expect(await first.ended()).toBe(3)
  const paused = await service.job(id)
  expect(paused).toMatchObject({ status: 'paused', requested: null, attempt: { ended: 'paused' } })
  const done = (await service.curve(id)).length
  expect(await service.files(id)).toContain(`checkpoints/step-${done - 1}/state.json`)
  await service.post(`/jobs/${id}/resume`)
  await using second = new Machine({ ...at, workdir: folder.at('2'), name: 'gpu-2', does })
  expect(await second.ended(), second.err).toBe(0)
  expect(await service.curve(id)).toEqual(expectedCurve(30))
  expect(begun(folder.at('log')).map(({ from }) => from)).toEqual([0, done])
})

test('a cancelled job leaves no process, also where that ignores SIGTERM and what it has started, too', async () => {
  using folder = new Folder()
  const id = await service.create()
  const script = `trap '' TERM; (trap '' TERM; echo $$ > ${folder.at('pid')}; while :; do sleep 0.1; done) & while :; do sleep 0.1; done`
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command: shell(script) })
  await machine.said('started')
  await expect.poll(() => existsSync(folder.at('pid'))).toBe(true)
  await service.post(`/jobs/${id}/cancel?grace_s=2`)
  expect(await machine.ended()).toBe(2)
  expect(machine.lines.filter(({ event }) => event === 'signal').map(({ text }) => text.split(' ')[0])).toEqual([
    'SIGTERM',
    'SIGKILL',
  ])
  expect(await service.job(id)).toMatchObject({ status: 'cancelled' })
  expect(await service.attempts(id)).toMatchObject([{ ended: 'cancelled' }])
  expect(isAlive(Number(readFileSync(folder.at('pid'), 'utf8')))).toBe(false)
})

test('half a checkpoint is none', async () => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  const does = {
    steps: 1_000,
    ms: 100,
    every: 5,
    log,
    onStop: 'ignore',
    onTerm: 'ignore',
    atStep: { 7: { half: true } },
  }
  await using machine = new Machine({ ...at, workdir: folder.at('w'), does })
  await expect.poll(() => stepAt(does.log)).toBeGreaterThan(8)
  await service.post(`/jobs/${id}/pause?grace_s=1`)
  expect(await machine.ended()).toBe(3)
  // How many whole ones there are depends on how fast the machine is.
  const files = await service.files(id)
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((path) => !/^checkpoints\/step-\d*[49]\/state.json$/.test(path))).toEqual([])
})

test.each([
  ['a process that ends at once completes', shell('true'), 0, 'completed', null],
  [
    'one with another status fails, and its last line says why',
    shell('echo "ValueError: no data" >&2; exit 3'),
    1,
    'failed',
    'The process ended with status 3: ValueError: no data',
  ],
  [
    'one that was killed fails, and it is said by whom',
    shell('kill -9 $$'),
    1,
    'failed',
    'The process ended by SIGKILL, which the runner has not sent',
  ],
  [
    'one that cannot be started fails',
    ['/nowhere/train'],
    1,
    'failed',
    'The process could not be started: spawn /nowhere/train ENOENT',
  ],
])('%s', async (_, command, status, ended, message) => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command })
  expect(await machine.ended(), machine.err).toBe(status)
  expect(await service.attempts(id)).toMatchObject([{ ended }])
  expect(await service.job(id)).toMatchObject({ error_message: message })
})

test('100 MB of output hold up no metric, and it is said what of it was left out', async () => {
  using folder = new Folder()
  const id = await service.create()
  const script = `yes 'a line of output that says nothing at all' | head -c 100000000; echo; echo '::metrics {"step": 1, "loss": 3}'; head -c 300000 /dev/urandom; echo; echo last`
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command: shell(script) })
  expect(await machine.ended(), machine.err).toBe(0)
  expect(await service.curve(id)).toEqual([[1, 3]])
  const texts = (await service.output(id)).map(({ text }) => text)
  expect(texts.at(-1)).toBe('last')
  expect(texts.filter((text) => /^\[runner\] \d+ lines were left out here/.test(text)).length).toBeGreaterThan(0)
})

test('a file of several parts arrives whole, also when connections break while it is sent', async () => {
  using folder = new Folder()
  const id = await service.create()
  const script = `head -c 70000000 /dev/urandom > "$STELLWERK_MODEL_DIR/big.bin"; sha256sum < "$STELLWERK_MODEL_DIR/big.bin"`
  let parts = 0
  service.door.mode = (path) => (path.includes('/parts/') && parts++ === 1 ? 'deaf' : 'open')
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command: shell(script) })
  expect(await machine.ended(), machine.err).toBe(0)
  const [line] = await service.output(id)
  const sha256 = line?.text.split(' ')[0]
  expect(await service.get(`/jobs/${id}/artifacts`)).toMatchObject([
    { path: 'model/big.bin', size: 70_000_000, sha256 },
  ])
  expect(parts).toBe(4)
})

test('two runners do not share a workdir', async () => {
  using folder = new Folder()
  await using first = new Machine({ ...at, workdir: folder.at('w') })
  await first.said('waiting')
  await using second = new Machine({ ...at, workdir: folder.at('w'), name: 'gpu-2' })
  expect(await second.ended()).toBe(73)
  expect(second.err).toContain(`is used by another runner, process ${first.pid}`)
  // That of a dead runner is taken over.
  await first.kill()
  await using third = new Machine({ ...at, workdir: folder.at('w') })
  await third.said('waiting')
})

test('a runner that no longer waits gets no job', async () => {
  using folder = new Folder()
  {
    await using left = new Machine({ ...at, workdir: folder.at('1') })
    await left.said('waiting')
    await expect.poll(() => service.door.requests.at(-1)).toContain('/claims')
  }
  const id = await service.create()
  await using machine = new Machine({ ...at, workdir: folder.at('2'), command: shell('true') })
  expect(await machine.ended(), machine.err).toBe(0)
  expect(await service.attempts(id)).toMatchObject([{ number: 1, ended: 'completed' }])
})

test('a machine that is taken away gives its job back with a checkpoint, and is listed as one that has ended', async () => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  const does = { steps: 1_000, log, onStop: 'ignore', onTerm: 'save' }
  await using machine = new Machine({ ...at, workdir: folder.at('w'), name: 'spot', args: [], does })
  await expect.poll(() => stepAt(log)).toBeGreaterThan(1)
  machine.signal('SIGTERM')
  expect(await machine.ended()).toBe(143)
  expect(await service.job(id)).toMatchObject({
    status: 'queued',
    waiting_for: 'runner',
    attempt: { ended: 'released' },
  })
  const last = (await service.curve(id)).length - 1
  expect(await service.files(id)).toContain(`checkpoints/step-${last}/state.json`)
  await expect
    .poll(() => service.get<RunnerRecord[]>('/runners').then((all) => all.find(({ name }) => name === 'spot')))
    .toMatchObject({ left_at: expect.any(String), job_id: null, last_job: { id, name: 'Test', ended: 'released' } })
  await service.post(`/jobs/${id}/cancel`)
})

test('a model has no file of an attempt that was broken off while it stored its own', async () => {
  using folder = new Folder()
  const id = await service.create()
  const model = (files: string) => shell(`cd "$STELLWERK_MODEL_DIR"; ${files}`)
  service.door.mode = (path) => (path.endsWith('/artifacts/model/z') ? 'broken' : 'open')
  await using first = new Machine({
    ...at,
    workdir: folder.at('1'),
    command: model('echo 1 > a; echo 1 > b; echo 1 > z'),
  })
  await first.said('again')
  first.signal('SIGINT')
  await first.said('stopping')
  first.signal('SIGINT')
  await first.ended()
  service.door.mode = () => 'open'
  expect(await service.files(id)).toEqual(['model/a', 'model/b'])
  await using second = new Machine({
    ...at,
    workdir: folder.at('2'),
    command: model('mkdir a; echo 2 > a/x; echo 2 > z'),
  })
  expect(await second.ended(), second.err).toBe(0)
  expect(await service.files(id)).toEqual(['model/a/x', 'model/z'])
})

test('Ctrl+C lets the process save, and a second one does not', async () => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  await using machine = new Machine({
    ...at,
    workdir: folder.at('w'),
    does: { steps: 1_000, log, onStop: 'no', onTerm: 'ignore' },
  })
  await machine.said('started')
  await expect.poll(() => stepAt(log)).toBeGreaterThan(0)
  machine.signal('SIGINT')
  await machine.said('signal')
  expect(begun(log).map(({ pid }) => isAlive(pid))).toEqual([true])
  machine.signal('SIGINT')
  expect(await machine.ended()).toBe(130)
  expect(begun(log).map(({ pid }) => isAlive(pid))).toEqual([false])
  expect(await service.attempts(id)).toMatchObject([{ ended: 'released' }])
  await service.post(`/jobs/${id}/cancel`)
})

test('a full disk holds up no report', async () => {
  using folder = new Folder()
  const id = await service.create()
  const steps = Array.from({ length: 2_000 }, (_, step) => step)
  const metrics = `echo "::metrics {\\"step\\": $i, \\"loss\\": 1}"`
  const script = `for i in $(seq 0 1999); do ${metrics}; [ $((i % 100)) = 0 ] && sleep 0.2; done; exit 0`
  await using machine = new Machine({ ...at, workdir: folder.at('w'), command: shell(script), fileBytes: 96 * 1024 })
  expect(await machine.ended(), machine.err).toBe(0)
  expect(machine.lines.map(({ event }) => event)).toContain('disk')
  expect(await service.curve(id)).toEqual(steps.map((step) => [step, 1]))
})

test('a workdir that cannot be made is a mistake of the command line', async () => {
  await using machine = new Machine({ ...service.at, workdir: '/dev/null/x' })
  expect(await machine.ended()).toBe(64)
  expect(machine.err).toContain('--workdir cannot be used')
})
