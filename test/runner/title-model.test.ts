import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { History, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { Folder, Machine } from './machine.ts'
import { Service } from './service.ts'

const script = fileURLToPath(new URL('../../examples/title-model/train.ts', import.meta.url))
const complete = fileURLToPath(new URL('../../examples/title-model/complete.ts', import.meta.url))
const exampleScript = fileURLToPath(new URL('../../scripts/example.ts', import.meta.url))
const gate = new URL('gate.mjs', import.meta.url).href
const command = [process.execPath, '--import', gate, script]
const run = promisify(execFile)
const config = { model_type: 'general', epochs: 4, batch_size: 64, learning_rate: 0.002, warmup_steps: 20 }

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())

type Point = { step: number; loss: number | null; val_loss: number | null; accuracy: number | null }
const shown = ({ step, loss, val_loss = null, accuracy = null }: Partial<Point>) => ({ step, loss, val_loss, accuracy })

/** What an undisturbed training reports, and the last line of its model. */
async function undisturbed(folder: Folder, job: JobSnapshot): Promise<object[]> {
  for (const name of ['checkpoints', 'model']) mkdirSync(folder.at(name))
  writeFileSync(folder.at('job.json'), JSON.stringify(job))
  const env = {
    ...process.env,
    STELLWERK_JOB: folder.at('job.json'),
    STELLWERK_DATASET: folder.at('dataset.ndjson'),
    STELLWERK_CHECKPOINT_DIR: folder.at('checkpoints'),
    STELLWERK_MODEL_DIR: folder.at('model'),
    STELLWERK_STOP_FILE: folder.at('stop'),
  }
  const { stdout } = await run(process.execPath, [script], { env })
  return [...stdout.matchAll(/^::metrics (.*)$/gm)].map(([, json = '']) => shown(JSON.parse(json)))
}

/** The environment of somebody who uses the service as its administrator. */
const asAdmin = async () => ({
  ...process.env,
  STELLWERK_URL: new URL(await service.server.address).origin,
  STELLWERK_TOKEN: service.adminToken,
})

test('a real training whose runner and service are killed three times each has the curve of an undisturbed one, and a model that has learnt something', async () => {
  using folder = new Folder()
  const id = await service.create({ ...config, bundeslaender: bundeslandCodes })
  const dataset = await service.text(`/jobs/${id}/dataset`)
  writeFileSync(folder.at('dataset.ndjson'), dataset)
  const titles = dataset
    .trim()
    .split('\n')
    .map((document) => JSON.parse(document).title as string)
  const setup = { ...service.at, workdir: folder.at('w'), args: [], command, env: { GATE: folder.at('gate') } }
  mkdirSync(folder.at('gate'))
  const goOn = (step: number) => writeFileSync(folder.at(`gate/step-${step}`), '')

  // The training waits after each checkpoint: nothing here depends on how fast it is.
  await using first = new Machine(setup)
  await first.said('checkpoint')
  await first.kill()
  await service.restart()
  goOn(99)
  await using second = new Machine(setup)
  await second.said('checkpoint')
  await service.restart()
  await second.powerCut(folder.at(`w/jobs/${id}/1`))
  goOn(199)
  await using third = new Machine(setup)
  expect((await third.said('started')).attempt).toBe(2)
  await third.said('checkpoint')
  const killed = third.kill()
  await service.restart()
  await killed
  for (const step of Array.from({ length: 20 }, (_, i) => 299 + 100 * i)) goOn(step)
  await using last = new Machine({ ...setup, command: [process.execPath, script] })
  expect((await last.said('finished')).outcome).toBe('completed')
  await expect.poll(() => service.job(id)).toMatchObject({ status: 'completed', attempt: { number: 2 } })

  const { points } = await service.get<History>(`/jobs/${id}/history?max_points=10000`)
  const curve = points.filter(({ loss }) => loss !== null).map((point) => shown(point as never))
  expect(curve).toEqual(await undisturbed(folder, await service.job(id)))
  const model = await service.file<{ metrics: { accuracy: number } }>(id, 'model/model.json')
  expect(model).toEqual(JSON.parse(readFileSync(folder.at('model/model.json'), 'utf8')))
  expect(model.metrics.accuracy).toBeGreaterThan(3 * mostFrequent(titles))

  // The version is active, and goes on with a beginning.
  const env = await asAdmin()
  const { stdout: title } = await run(process.execPath, [complete, 'Verordnung über'], { env })
  expect(title).toMatch(/^Verordnung über \p{L}+ \p{L}/u)
})

test('npm run example that was killed goes on with its job when it is started again, and creates no other one', async () => {
  using folder = new Folder()
  const id = await service.create({ ...config, epochs: 1, bundeslaender: bundeslandCodes })
  const env = await asAdmin()
  const example = () => {
    const started = spawn(process.execPath, [exampleScript, '--workdir', folder.at('w')], { env, detached: true })
    return { started, said: text(started.stdout), ended: once(started, 'exit') }
  }
  const jobs = async () => (await service.get<JobSnapshot[]>('/jobs?model_type=general')).map((job) => job.id)
  const before = await jobs()
  const first = example()
  await expect.poll(() => existsSync(folder.at(`w/jobs/${id}/1/process.json`)), { timeout: 30_000 }).toBe(true)
  process.kill(-(first.started.pid ?? 0), 'SIGKILL')
  await first.ended
  const again = example()
  expect(await again.said).toContain('The job is completed')
  expect(await again.ended).toEqual([0, null])
  expect(await jobs()).toEqual(before)
  expect(await service.job(id)).toMatchObject({ status: 'completed', attempt: { number: 1 } })
})

/** How often the most frequent character is right. */
function mostFrequent(titles: string[]): number {
  const counts = new Map<string, number>()
  for (const character of titles.join('\n')) counts.set(character, (counts.get(character) ?? 0) + 1)
  return Math.max(...counts.values()) / titles.join('\n').length
}
