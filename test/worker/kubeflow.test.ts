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

/** The steps of a metric. */
async function steps(metric: string): Promise<number[]> {
  const path = `metrics/get-history?run_id=${runner.job}&metric_key=${metric}`
  const { metrics } = await new MlflowClient(runner.token).get(path)
  return metrics.map(({ step }: { step: number }) => step)
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
  expect(await steps('loss')).toEqual([6])
  expect((await new MlflowClient(runner.token).run(runner.job)).data.metrics).toContainEqual(
    expect.objectContaining({ key: 'train_loss', step: 6 }),
  )
})

test('what the callback repeats at later steps is no point of those, and what somebody else reports is that of the other', async () => {
  const at = (step: number, loss: string) =>
    post(['loss', loss], ['lr', '0.1'], ['current_step', String(step)], ['total_steps', '16'])
  await at(5, '0.5')
  await at(6, '0.5')
  await at(7, '0.25')
  await runner.report({ points: [{ step: 8, metrics: { loss: 0.125 } }] })
  await at(9, '0.125')
  await at(13, '0.1')
  await post(['train_loss', '0.3'])
  expect(await steps('loss')).toEqual([5, 7, 8])
  expect(await steps('train_loss')).toEqual([13])
  expect(await steps('lr')).toEqual([5])
})

test('a later attempt reports the same values as an earlier one, from where it begins again', async () => {
  await post(['loss', '0.5'], ['current_step', '5'])
  await post(['loss', '0.25'], ['current_step', '10'])
  await runner.finish('released')
  runner.claimId = crypto.randomUUID()
  await runner.begin()
  await post(['loss', '0.5'], ['current_step', '5'])
  expect(await steps('loss')).toEqual([5])
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
