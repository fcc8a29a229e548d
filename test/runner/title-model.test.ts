import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { History, JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { Folder, Machine } from './machine.ts'
import { Service } from './service.ts'

const script = fileURLToPath(new URL('../../examples/title-model/train.ts', import.meta.url))
const complete = fileURLToPath(new URL('../../examples/title-model/complete.ts', import.meta.url))
const command = [process.execPath, script]
const config = { model_type: 'general', epochs: 4, batch_size: 64, learning_rate: 0.002, warmup_steps: 20 }

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())

type Point = { step: number; loss: number | null; val_loss: number | null; accuracy: number | null }
const shown = ({ step, loss, val_loss = null, accuracy = null }: Partial<Point>) => ({ step, loss, val_loss, accuracy })

/** What an undisturbed training reports, and the last line of its model. */
function undisturbed(folder: Folder, job: JobSnapshot): object[] {
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
  const output = execFileSync(process.execPath, [script], { env, encoding: 'utf8' })
  return [...output.matchAll(/^::metrics (.*)$/gm)].map(([, json = '']) => shown(JSON.parse(json)))
}

/** Ends a machine with everything that runs on it. */
async function powerCut(machine: Machine, attempt: string): Promise<void> {
  const { pid: supervisor } = JSON.parse(readFileSync(`${attempt}/supervisor.json`, 'utf8'))
  const { pid } = JSON.parse(readFileSync(`${attempt}/process.json`, 'utf8'))
  process.kill(supervisor, 'SIGKILL')
  process.kill(-pid, 'SIGKILL')
  await machine.kill()
}

test('a real training that is killed twice has the curve of an undisturbed one, and a model that has learnt something', async () => {
  using folder = new Folder()
  const id = await service.create({ ...config, bundeslaender: bundeslandCodes })
  const dataset = await service.text(`/jobs/${id}/dataset`)
  writeFileSync(folder.at('dataset.ndjson'), dataset)
  const titles = dataset
    .trim()
    .split('\n')
    .map((document) => JSON.parse(document).title as string)
  const setup = { ...service.at, workdir: folder.at('w'), args: [], command }
  const done = async () => (await service.get<History>(`/jobs/${id}/history`)).points.at(-1)?.step ?? 0

  await using first = new Machine(setup)
  await first.said('checkpoint')
  await first.kill()
  await using second = new Machine(setup)
  await second.said('checkpoint')
  await powerCut(second, folder.at(`w/jobs/${id}/1`))
  const before = await done()
  await using third = new Machine(setup)
  expect((await third.said('started')).attempt).toBe(2)
  expect(
    (
      await third.said(
        'finished',
        third.lines.findIndex(({ event }) => event === 'started'),
      )
    ).outcome,
  ).toBe('completed')
  await expect.poll(() => service.job(id)).toMatchObject({ status: 'completed' })
  expect(await done()).toBeGreaterThan(before)

  const { points } = await service.get<History>(`/jobs/${id}/history?max_points=10000`)
  const curve = points.filter(({ loss }) => loss !== null).map((point) => shown(point as never))
  expect(curve).toEqual(undisturbed(folder, await service.job(id)))
  const model = await service.file<{ metrics: { accuracy: number } }>(id, 'model/model.json')
  expect(model).toEqual(JSON.parse(readFileSync(folder.at('model/model.json'), 'utf8')))
  expect(model.metrics.accuracy).toBeGreaterThan(3 * mostFrequent(titles))

  // The version is active, and goes on with a beginning. The door is not open meanwhile: this process waits.
  const env = {
    ...process.env,
    STELLWERK_URL: new URL(await service.server.address).origin,
    STELLWERK_TOKEN: service.adminToken,
  }
  const title = execFileSync(process.execPath, [complete, 'Verordnung über'], { env, encoding: 'utf8' })
  expect(title).toMatch(/^Verordnung über \p{L}+ \p{L}/u)
})

/** How often the most frequent character is right. */
function mostFrequent(titles: string[]): number {
  const counts = new Map<string, number>()
  for (const character of titles.join('\n')) counts.set(character, (counts.get(character) ?? 0) + 1)
  return Math.max(...counts.values()) / titles.join('\n').length
}
