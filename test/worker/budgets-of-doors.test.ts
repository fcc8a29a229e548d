import { afterEach, expect, test } from 'vitest'
import { LOG_CALLS } from '../budgets.ts'
import { beginAtStart, createJob, getJob } from './api.ts'
import { costOf } from './cost.ts'
import { interceptD1, restoreD1 } from './d1-probe.ts'
import { meterObject } from './meters.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

beginAtStart()
afterEach(restoreD1)

const metricsFrom = (step: number, steps: number, keys: readonly string[]) =>
  Array.from({ length: steps }, (_, i) =>
    keys.map((key) => ({ key, value: 1 / (step + i + 1), step: step + i, timestamp: 1_795_000_000_000 + step + i })),
  ).flat()

test.each([10, 10_000])('a log call writes a row and asks D1 nothing, of a run with %d points', async (points) => {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner(`of-${points}`).begin()
  const [client, run_id] = [new MlflowClient(runner.token), runner.job]
  const log = (more: object) => client.post('runs/log-batch', { run_id, ...more })
  for (let step = 0; step < points; step += 1_000) {
    await log({ metrics: metricsFrom(step, Math.min(points, 1_000), ['loss']) })
  }
  const object = await meterObject(run_id)
  const costs = async (work: () => Promise<unknown>) => {
    const { rowsWritten, alarmsSet } = { ...object }
    const d1 = await costOf(work)
    return { objectRows: object.rowsWritten - rowsWritten, alarmsSet: object.alarmsSet - alarmsSet, ...d1 }
  }
  const params = Array.from({ length: 100 }, (_, n) => ({ key: `argument_${n}`, value: String(n) }))
  const measured = {
    logMetric: await costs(() => client.metric(run_id, 'loss', 0.5, 20_000)),
    logBatch: await costs(() => log({ metrics: metricsFrom(20_001, 250, ['loss', 'lr', 'grad_norm', 'accuracy']) })),
    repeated: await costs(() => client.metric(run_id, 'loss', 0.5, 20_000)),
    parameters: await costs(() => log({ params })),
    getRun: await costs(() => client.run(run_id)),
    getHistory: await costs(() => client.get(`metrics/get-history?run_id=${run_id}&metric_key=loss`)),
  }
  expect(measured).toEqual(LOG_CALLS)
})

test("Kubeflow's callback is answered while D1 does not answer at all, and what it says is stored then", async () => {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  const away = Promise.withResolvers<void>()
  interceptD1(async (_, send) => {
    await away.promise
    return send()
  })
  const post = async (step: number) => {
    const metrics = [
      { name: 'loss', value: String(1 / step) },
      { name: 'current_step', value: String(step) },
    ]
    const answer = await runner.say('/kubeflow', { trainerStatus: { progressPercentage: 37, metrics } })
    expect([answer.status, await answer.json()]).toEqual([200, {}])
  }
  // The first begins the training, of which D1 is to hear; the others wait behind that.
  for (const step of [1, 2, 3, 4]) await post(step)
  away.resolve()
  await expect.poll(async () => (await getJob(runner.job)).loss).toBe(0.25)
})
