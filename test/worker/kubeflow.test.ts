import { beforeEach, expect, test } from 'vitest'
import { beginAtStart, createJob, getJob } from './api.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner

beginAtStart()
beforeEach(async () => {
  await createJob({ trainer: 'runner' })
  runner = await new Runner().begin()
})

const post = async (...metrics: (readonly [name: string, value: unknown])[]) => {
  const named = metrics.map(([name, value]) => ({ name, value }))
  const answer = await runner.say('/kubeflow', { trainerStatus: { progressPercentage: 37, metrics: named } })
  return [answer.status, await answer.json()]
}

test('the progress of a Transformers trainer becomes points, each once, however often it is sent', async () => {
  const logged = [
    ['loss', '0.69'],
    ['current_step', '6'],
    ['total_steps', '16'],
    ['current_epoch', '0.75'],
  ] as const
  expect(await post(['total_steps', '16'])).toEqual([200, {}])
  expect(await post(...logged)).toEqual([200, {}])
  expect(await post(...logged)).toEqual([200, {}])
  // At the end it names no step.
  expect(await post(['train_loss', '0.5'], ['total_steps', '16'])).toEqual([200, {}])
  expect(await getJob(runner.job)).toMatchObject({
    status: 'training',
    loss: 0.69,
    current_epoch: 0.75,
    progress: 37.5,
  })
  const { metrics } = await new MlflowClient(runner.token).get(
    `metrics/get-history?run_id=${runner.job}&metric_key=loss`,
  )
  expect(metrics).toHaveLength(1)
  expect((await new MlflowClient(runner.token).run(runner.job)).data.metrics).toContainEqual(
    expect.objectContaining({ key: 'train_loss', step: 6 }),
  )
})

test.each([
  [
    'text',
    [
      ['loss', 'much'],
      ['note', {}],
    ],
  ],
  [
    'numbers as Python writes them',
    [
      ['loss', 'nan'],
      ['grad', 'inf'],
    ],
  ],
] as const)('%s gets the one answer that the client takes for success', async (_, metrics) => {
  expect(await post(...metrics)).toEqual([200, {}])
})

test('what is no JSON is no reason to stop a training, a token of nobody is', async () => {
  const at = `/api/v1/admin/training/jobs/${runner.job}/kubeflow`
  expect((await runner.say('/kubeflow', 'no object')).status).toBe(200)
  runner.token = runner.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  expect((await runner.say('/kubeflow', {})).status, at).toBe(401)
})
