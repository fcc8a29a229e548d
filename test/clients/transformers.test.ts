import { afterAll, beforeAll, expect, test } from 'vitest'
import { Folder } from '../runner/machine.ts'
import { Service } from '../runner/service.ts'
import { expectEnd, machineFor, runOf, valuesOf } from './trained.ts'

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterAll(() => service?.[Symbol.asyncDispose]())

/** The steps of the script at which it logs, and their losses. */
const logged = [4, 8, 12, 16].map((step): [number, number] => [step, 1 / step])

test.each(['mlflow', 'mlflow,kubeflow'])('what a Trainer logs is stored once, at its step: %s', async (callbacks) => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['transformers_callbacks.py', callbacks], {
    MLFLOW_EXPERIMENT_NAME: 'of-transformers',
    MLFLOW_TAGS: '{"release": "RC1"}',
  })
  await expectEnd(service, id, machine)
  expect(await valuesOf(service, id, 'loss')).toEqual(logged)
  expect(await valuesOf(service, id, 'train_loss')).toEqual([[16, 0.25]])
  const { info, data } = await runOf(service, id)
  expect(info).toMatchObject({ run_name: 'a run of transformers', status: 'FINISHED' })
  expect(data.params).toHaveLength(134)
  expect(data.tags).toContainEqual({ key: 'release', value: 'RC1' })
  expect(await service.job(id)).toMatchObject({ status: 'completed', current_epoch: 2, values_not_stored: 0 })
})

test('the progress that a Trainer reports without MLflow is shown, each value once, at the step at which it was heard', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['transformers_callbacks.py', 'kubeflow'])
  await expectEnd(service, id, machine)
  // The callback sends what was logged before a step after it, and the last at the end, without a step.
  expect(await valuesOf(service, id, 'loss')).toEqual([
    [5, 1 / 4],
    [9, 1 / 8],
    [13, 1 / 12],
    [16, 1 / 16],
  ])
  expect(await valuesOf(service, id, 'train_loss')).toEqual([[16, 0.25]])
  expect(await service.job(id)).toMatchObject({ status: 'completed', current_epoch: 2 })
})

test('a Trainer that crashes has failed, though its client says that the run is finished', async () => {
  using folder = new Folder()
  const id = await service.create()
  await using machine = machineFor(service, folder, ['transformers_callbacks.py', 'mlflow,kubeflow', 'crash'])
  await expectEnd(service, id, machine, 1)
  expect(await service.job(id)).toMatchObject({ status: 'failed' })
  expect((await runOf(service, id)).info.status).toBe('FAILED')
  expect(await valuesOf(service, id, 'loss')).toEqual(logged.slice(0, 2))
})
