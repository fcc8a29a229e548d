import { expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '', origin: 'https://stellwerk.example' })
vi.stubGlobal('addEventListener', () => {})
const { lanesOf } = await import('../../src/dashboard/domain/resources.ts')

test('what a script trains by itself runs, and takes nobody the slot', () => {
  const newestFirst = [
    { id: 'third', trainer: 'runner', queue_position: 2 },
    { id: 'second', trainer: 'simulated', queue_position: 1 },
    { id: 'script', trainer: 'mlflow', queue_position: null },
    { id: 'first', trainer: 'runner', queue_position: null },
  ] as JobSnapshot[]

  const { running, holding, waiting } = lanesOf(newestFirst)

  expect(running.map(({ id }) => id)).toEqual(['first', 'script'])
  expect(holding.map(({ id }) => id)).toEqual(['first'])
  expect(waiting.map(({ id }) => id)).toEqual(['second', 'third'])
})
