import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { Folder, Machine } from '../runner/machine.ts'
import { Service } from '../runner/service.ts'
import { expectEnd, runOf } from './trained.ts'

const script = fileURLToPath(new URL('../../examples/scikit-learn/train.py', import.meta.url))

test('the example with scikit-learn learns something, and autolog tells of it', async () => {
  await using service = await Service.start()
  using folder = new Folder()
  const id = await service.create({ model_type: 'general', bundeslaender: bundeslandCodes, params: { C: '10' } })
  const command = [inject('python'), script]
  await using machine = new Machine({ ...service.at, workdir: folder.at('w'), command })
  await expectEnd(service, id, machine)
  expect(await service.files(id)).toContain('logged-models/1/MLmodel')
  const { data } = await runOf(service, id)
  expect(data.params).toContainEqual({ key: 'logisticregression__C', value: '10.0' })
  const accuracy = data.metrics.find(({ key }) => key === 'accuracy')?.value
  expect(accuracy).toBeGreaterThan(0.5)
  expect(data.metrics.map(({ key }) => key)).toContain('training_accuracy_score')
  expect((await service.output(id)).map(({ text }) => text).join('\n')).not.toMatch(/unexpected error|skipped/)
})
