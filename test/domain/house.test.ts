import { describe, expect, test } from 'vitest'
import { circleIn, faultOf, faults, importsIn, rooms, roomsOf, sourceFiles } from '../../scripts/house.ts'

test('every file under src belongs to exactly one room', () => {
  expect(sourceFiles().filter((file) => roomsOf(file).length !== 1)).toEqual([])
})

test('no import leads upwards, and there are no import cycles', () => {
  expect(faults()).toEqual([])
})

test('a room imports only from rooms below it, all of which exist', () => {
  for (const [at, { takes }] of rooms.entries()) {
    const below = rooms.slice(0, at).map(({ name }) => name)
    expect(takes.filter((name) => !below.includes(name))).toEqual([])
  }
})

describe('violations are detected', () => {
  test.each([
    ['jobs/rules/job.ts', "import { jobRegister } from '../register/job-register.ts'"],
    ['jobs/rules/job.ts', "import type { JobSnapshot } from '../http/schema.ts'"],
    ['platform/log.ts', "export { app } from '../app.ts'"],
    ['http/errors.ts', "const auth = await import('../auth/env.ts')"],
  ])('%s: %s', (file, line) => {
    const [found] = importsIn(file, line)
    expect(found && faultOf(found)).toContain(`src/${file} imports src/`)
  })

  test('a file in no room', () => {
    expect(roomsOf('elsewhere/file.ts')).toEqual([])
    expect(roomsOf('stray.ts')).toEqual([])
  })

  test('an import cycle, named file by file', () => {
    const files = { a: ['b'], b: ['c'], c: ['a'], d: ['a'] }
    const imports = new Map(Object.entries(files).map(([from, to]) => [from, to.map((one) => ({ from, to: one }))]))
    expect(circleIn(imports)).toEqual(['a', 'b', 'c', 'a'])
  })
})
