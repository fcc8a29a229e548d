import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Folder } from '../runner/machine.ts'
import { Service } from '../runner/service.ts'
import { expectEnd, falling, machineFor, runOf, valuesOf } from './trained.ts'

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())
afterEach(() => {
  service.door.mode = () => 'open'
})

/** Whether a request logs something. */
const logs = (path: string): boolean => /^\/mlflow\/.*\/runs\/log-/.test(path)

test('2,500 points of a client that sends ten requests at once, of which every 25th is not answered, are stored once, in order', async () => {
  using folder = new Folder()
  const id = await service.create()
  let requests = 0
  service.door.mode = (path) => (logs(path) && ++requests % 25 === 0 ? 'deaf' : 'open')
  await using machine = machineFor(service, folder, ['asynchronous.py'])
  await expectEnd(service, id, machine)
  expect(requests).toBeGreaterThan(2_500)
  expect(await valuesOf(service, id, 'loss')).toEqual(falling(2_500))
  expect(await valuesOf(service, id, 'before')).toEqual([[0, 1]])
  expect(await service.curve(id)).toEqual(falling(2_500))
  expect((await runOf(service, id)).data.metrics).toContainEqual(
    expect.objectContaining({ key: 'loss', step: 2_499, value: 1 / 2_500 }),
  )
})

test('a server that is killed while a script logs loses nothing, and stores nothing twice', async () => {
  using folder = new Folder()
  const id = await service.create()
  const steps = 100
  await using machine = machineFor(service, folder, ['steps.py', String(steps)])
  await expect.poll(async () => (await valuesOf(service, id, 'loss')).length).toBeGreaterThan(20)
  await service.restart()
  await expectEnd(service, id, machine)
  expect(await valuesOf(service, id, 'loss')).toEqual(falling(steps))
  expect((await runOf(service, id)).data.params).toHaveLength(steps)
})

test('answers that get lost, connections that break and a service that asks to wait end nothing, and double nothing', async () => {
  using folder = new Folder()
  const id = await service.create()
  const faults = ['deaf', 'broken', 'busy', 'deaf', 'deaf'] as const
  const seen = new Map<string, number>()
  // Each kind of request meets its faults, then is let through.
  service.door.mode = (path) => {
    const [endpoint = ''] = path.split('?')
    if (!endpoint.startsWith('/mlflow/')) return 'open'
    const count = seen.get(endpoint) ?? 0
    seen.set(endpoint, count + 1)
    return count % 2 === 0 ? (faults[count / 2] ?? 'open') : 'open'
  }
  await using machine = machineFor(service, folder, ['plain.py'])
  await expectEnd(service, id, machine)
  expect(seen.get('/mlflow/api/2.0/mlflow/runs/log-metric')).toBe(20 + faults.length)
  expect(await valuesOf(service, id, 'loss')).toEqual(falling(20))
  const { data } = await runOf(service, id)
  expect(data.params).toHaveLength(4)
  expect(await service.files(id)).toEqual([
    'a b+ü%.txt',
    'dir/d.json',
    't.txt',
    'table.json',
    'tree/deep/x.bin',
    'tree/empty',
  ])
})
