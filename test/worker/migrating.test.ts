import { expect, test } from 'vitest'
import migrating from '../../MIGRATING.md?raw'
import { api, request } from './api.ts'

type Paths = Record<string, Record<string, { description?: string }>>

const { paths } = await (await request('/openapi.json')).json<{ paths: Paths }>()

/** The table of operations: each with what differs there. */
const rows = [...migrating.matchAll(/^\| `(\w+) (\S+)` \| (.+?) \|/gm)].map(([, method, path, difference]) => ({
  operation: `${method} ${path}`,
  description: paths[api + path]?.[method?.toLowerCase() ?? '']?.description ?? '',
  difference: difference ?? '',
}))

test('what differs from the API that this one replaces is said by MIGRATING.md and the document in the same words', () => {
  expect(rows.length).toBeGreaterThan(10)
  for (const { operation, description, difference } of rows) expect(description, operation).toContain(difference)
})

test('the document claims no difference that MIGRATING.md does not explain', () => {
  const claimed = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { description = '' }]) => {
      const [, text = ''] = description.split('**Unlike the API that this one replaces:** ')
      const own = rows.filter(({ operation }) => `${method.toUpperCase()} ${path.slice(api.length)}` === operation)
      return own.reduce((left, { difference }) => left.replace(difference, ''), text.split('\n\n')[0] ?? '').trim()
    }),
  )
  expect(claimed.filter((left) => left !== '')).toEqual([])
})
