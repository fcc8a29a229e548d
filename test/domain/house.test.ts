import { describe, expect, test } from 'vitest'
import {
  circleIn,
  faultOf,
  faults,
  importsIn,
  importsOf,
  impurityIn,
  outside,
  rooms,
  roomsOf,
  sourceFiles,
} from '../../scripts/house.ts'

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

test('what rooms may import from outside is what they do import', () => {
  expect(Object.keys(outside).filter((name) => !rooms.some((room) => room.name === name))).toEqual([])
  const imports = sourceFiles().flatMap(importsOf)
  const used = imports.flatMap(({ from, to, isOutside }) => (isOutside ? `${roomsOf(from)[0]?.name} ${to}` : []))
  for (const [room, names] of Object.entries(outside)) {
    // A room whose pages have no state yet may get some.
    for (const name of names.filter((one) => !one.includes('preact'))) {
      expect(
        used.some((one) => `${one}/`.startsWith(`${room} ${name}/`)),
        `${room}: ${name}`,
      ).toBe(true)
    }
  }
})

describe('violations are detected', () => {
  test.each([
    ['jobs/rules/job.ts', "import { z } from 'zod'"],
    ['jobs/rules/job.ts', "import { DurableObject } from 'cloudflare:workers'"],
    ['jobs/rules/job.ts', "import { readFileSync } from 'node:fs'"],
    ['jobs/rules/job.ts', "import scripts from '../../../scripts/house.ts'"],
    ['shared/roles.ts', "const zod = await import('zod/mini')"],
    ['http/errors.ts', "import honor from 'honor'"],
    ['dashboard/features/job/curves.tsx', "import 'uplot/dist/uPlot.min.css'"],
    ['dashboard/components/card.tsx', "import type uPlot from 'uplot'"],
  ])('%s, from outside of src/: %s', (file, line) => {
    const [found] = importsIn(file, line)
    expect(found && faultOf(found)).toContain(`src/${file} imports `)
  })

  test.each(['Date.now()', 'new Date()', 'Math.random()', 'crypto.randomUUID()', 'performance.now()'])(
    'a clock or chance in a pure room: %s',
    (code) => {
      expect(impurityIn('jobs/rules/job.ts', `const x = ${code}`)).toContain('is pure')
      expect(impurityIn('jobs/rules/job.ts', `// not ${code}\nconst x = new Date(5) /* nor\n ${code} */`)).toBeNull()
      expect(impurityIn('jobs/object/core.ts', `const x = ${code}`)).toBeNull()
    },
  )

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
    const imports = new Map(
      Object.entries(files).map(([from, to]) => [from, to.map((one) => ({ from, to: one, isOutside: false }))]),
    )
    expect(circleIn(imports)).toEqual(['a', 'b', 'c', 'a'])
  })
})
