import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { Random } from '../simulation/random.ts'
import { begun, Folder, isAlive, Machine, stepAt } from './machine.ts'
import { expectedCurve, Service } from './service.ts'

const isLong = inject('isLong')
const random = new Random(17)

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

/** Every line that child.mjs has printed is there once, in order, in each of its processes. */
async function expectOutput(id: string, steps: number): Promise<void> {
  const lines = (await service.output(id)).map(({ text }) => text).filter((text) => text.startsWith('step '))
  expect(lines).toEqual(Array.from({ length: steps }, (_, step) => `step ${step}`))
}

test('a runner that is killed again and again finds its attempt, and the process trains on: no point is lost or doubled', async () => {
  using folder = new Folder()
  const id = await service.create()
  const [steps, log] = [80, folder.at('log')]
  const setup = { ...at, workdir: folder.at('w'), does: { steps, ms: 100, log } }
  for (let kill = 0; kill < 3; kill++) {
    await using machine = new Machine(setup)
    await machine.said('claimed')
    if (kill > 0) await sleep(random.int(0, 1_500))
    else await expect.poll(() => stepAt(log)).toBeGreaterThan(3)
    await machine.kill()
  }
  expect(begun(log).map(({ pid }) => isAlive(pid))).toEqual([true])
  await using last = new Machine(setup)
  expect(await last.ended(), last.err).toBe(0)
  expect(begun(log)).toHaveLength(1)
  expect(await service.curve(id)).toEqual(expectedCurve(steps))
  await expectOutput(id, steps)
  expect(await service.attempts(id)).toMatchObject([{ number: 1, ended: 'completed' }])
})

test('a process that ends while its runner is dead has completed its job', async () => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  const setup = { ...at, workdir: folder.at('w'), does: { steps: 12, log } }
  await using first = new Machine(setup)
  await expect.poll(() => stepAt(log)).toBeGreaterThan(0)
  await first.kill()
  await expect.poll(() => begun(log).some(({ pid }) => isAlive(pid))).toBe(false)
  await using second = new Machine(setup)
  expect(await second.ended(), second.err).toBe(0)
  expect(await service.curve(id)).toEqual(expectedCurve(12))
})

test('a server that is killed while a job trains loses nothing of it', async () => {
  using folder = new Folder()
  const id = await service.create()
  const steps = isLong ? 300 : 60
  await using machine = new Machine({ ...at, workdir: folder.at('w'), does: { steps, ms: 100, every: 20 } })
  await machine.said('started')
  for (let kill = 0; kill < (isLong ? 5 : 2); kill++) {
    await sleep(random.int(500, 1_500))
    await service.server.kill()
    await sleep(random.int(0, 500))
    await service.server.start()
  }
  expect(await machine.ended(), machine.err).toBe(0)
  expect(await service.curve(id)).toEqual(expectedCurve(steps))
  await expectOutput(id, steps)
})

test(`no network for ${isLong ? 'longer than a silence' : 'a while'}, a proxy that answers with pages, and answers that get lost stop nothing`, async () => {
  using folder = new Folder()
  const id = await service.create()
  const outageMs = isLong ? 70_000 : 3_000
  const pagesMs = isLong ? 11 * 60_000 : 3_000
  const steps = Math.ceil((outageMs + pagesMs) / 100) + 40
  await using machine = new Machine({ ...at, workdir: folder.at('w'), does: { steps, ms: 100, log: folder.at('log') } })
  await machine.said('started')
  await expect.poll(() => stepAt(folder.at('log'))).toBeGreaterThan(3)
  service.door.mode = () => 'broken'
  service.door.cut()
  await sleep(outageMs)
  service.door.mode = () => 'html'
  await sleep(pagesMs)
  let reports = 0
  service.door.mode = (path) => (path.endsWith('/reports') && reports++ % 2 === 0 ? 'deaf' : 'open')
  expect(await machine.ended(), machine.err).toBe(0)
  expect(begun(folder.at('log'))).toHaveLength(1)
  expect(await service.curve(id)).toEqual(expectedCurve(steps))
  await expectOutput(id, steps)
  expect(machine.lines.map(({ event }) => event)).toContain('again')
}, 1_000_000)

test('a claim whose answer is lost is repeated, and its job is trained once', async () => {
  using folder = new Folder()
  const id = await service.create()
  let claims = 0
  service.door.mode = (path) => (path.endsWith('/claims') && claims++ === 0 ? 'deaf' : 'open')
  await using machine = new Machine({ ...at, workdir: folder.at('w'), does: { steps: 3, log: folder.at('log') } })
  expect(await machine.ended(), machine.err).toBe(0)
  expect(claims).toBe(2)
  expect(begun(folder.at('log'))).toHaveLength(1)
  expect(await service.attempts(id)).toMatchObject([{ number: 1, ended: 'completed' }])
})

test('nothing is started before the first word was answered', async () => {
  using folder = new Folder()
  const id = await service.create()
  service.door.mode = (path) => (path.endsWith('/reports') ? 'html' : 'open')
  await using machine = new Machine({ ...at, workdir: folder.at('w'), does: { steps: 3, log: folder.at('log') } })
  await machine.said('again')
  expect(begun(folder.at('log'))).toEqual([])
  service.door.mode = () => 'open'
  expect(await machine.ended(), machine.err).toBe(0)
  expect(await service.job(id)).toMatchObject({ status: 'completed' })
})

test('a finish that nobody heard is told by the next start on the same workdir', async () => {
  using folder = new Folder()
  const id = await service.create()
  service.door.mode = (path) => (path.endsWith('/finish') ? 'html' : 'open')
  const setup = { ...at, workdir: folder.at('w'), does: { steps: 3, log: folder.at('log') } }
  await using first = new Machine(setup)
  await first.said('again')
  await first.kill()
  expect(await service.job(id)).toMatchObject({ status: 'training' })
  // Told to end, it leaves the finish where it is.
  await using second = new Machine(setup)
  await second.said('again')
  second.signal('SIGTERM')
  await second.said('kept')
  expect(await second.ended()).toBe(143)
  service.door.mode = () => 'open'
  await using third = new Machine(setup)
  expect(await third.ended(), third.err).toBe(0)
  await expect.poll(() => service.job(id)).toMatchObject({ status: 'completed' })
  expect(begun(folder.at('log'))).toHaveLength(1)
})

test('a runner whose job another one has taken over ends its process, and touches nothing', async () => {
  using folder = new Folder()
  const id = await service.create()
  const does = (log: string) => ({ steps: 60, ms: 100, every: 10, log })
  await using first = new Machine({ ...at, workdir: folder.at('1'), does: does(folder.at('log1')) })
  await first.said('checkpoint')
  first.signal('SIGSTOP')
  await service.post(`/jobs/${id}/give-up`)
  await using second = new Machine({ ...at, workdir: folder.at('2'), name: 'gpu-2', does: does(folder.at('log2')) })
  await second.said('started')
  first.signal('SIGCONT')
  await first.said('over')
  expect(await first.ended()).toBe(4)
  expect(begun(folder.at('log1')).map(({ pid }) => isAlive(pid))).toEqual([false])
  expect(await second.ended(), second.err).toBe(0)
  expect(await service.curve(id)).toEqual(expectedCurve(60))
})

test('a runner that comes back when its attempt is over ends what still runs of it', async () => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  const setup = { ...at, workdir: folder.at('w'), does: { steps: 10_000, log } }
  await using first = new Machine(setup)
  await expect.poll(() => stepAt(log)).toBeGreaterThan(0)
  await first.kill()
  await service.post(`/jobs/${id}/cancel`)
  await service.post(`/jobs/${id}/give-up`)
  await using second = new Machine(setup)
  expect(await second.ended()).toBe(4)
  expect(begun(log).map(({ pid }) => isAlive(pid))).toEqual([false])
})

test.each([
  ['completes its job, if it says so itself', '::completed {}', 1],
  ['is followed by another one from its checkpoint: nobody knows whether its model is whole', '', 2],
])('a process whose parent is killed trains on, and %s', async (_, says, processes) => {
  using folder = new Folder()
  const id = await service.create()
  const log = folder.at('log')
  await using machine = new Machine({
    ...at,
    workdir: folder.at('w'),
    args: [],
    does: { steps: 40, ms: 100, every: 5, log, says },
  })
  await expect.poll(() => stepAt(log)).toBeGreaterThan(3)
  const { pid } = JSON.parse(readFileSync(folder.at(`w/jobs/${id}/1/supervisor.json`), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await machine.said('finished')
  await expect.poll(() => service.job(id)).toMatchObject({ status: 'completed' })
  expect(begun(log)).toHaveLength(processes)
  expect(await service.curve(id)).toEqual(expectedCurve(40))
})

test('a clock that is wrong by hours changes nothing', async () => {
  using folder = new Folder()
  const id = await service.create()
  const shift = 'const now = Date.now; Date.now = () => now() - 18_000_000'
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` }
  await using machine = new Machine({
    ...at,
    workdir: folder.at('w'),
    env,
    does: { steps: 1_000, log: folder.at('log'), onStop: 'no' },
  })
  await expect.poll(() => stepAt(folder.at('log'))).toBeGreaterThan(0)
  await service.post(`/jobs/${id}/pause?grace_s=3`)
  expect(await machine.ended(), machine.err).toBe(3)
  expect(await service.job(id)).toMatchObject({ status: 'paused' })
})

test("a runner's token that is revoked while it trains ends nothing, and is not given to the process", async () => {
  using folder = new Folder()
  const id = await service.create()
  const script = `env; for i in 0 1 2 3 4 5; do echo "::metrics {\\"step\\": $i, \\"loss\\": 1}"; sleep 0.3; done`
  const env = { COPY: `Bearer ${at.token}` }
  await using machine = new Machine({ ...at, workdir: folder.at('w'), args: [], env, command: ['sh', '-c', script] })
  await machine.said('started')
  await service.send('DELETE', `/tokens/${service.tokenId}`)
  await machine.said('finished')
  expect(await service.curve(id)).toHaveLength(6)
  const text = (await service.output(id)).map((line) => line.text).join('\n')
  expect(text).toContain('STELLWERK_JOB_TOKEN=stj_')
  expect(text).not.toContain(at.token)
})
