import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { SEARCHED_ROWS_MAX } from '../../src/platform/limits.ts'
import { jobSorts } from '../../src/shared/job-sorts.ts'
import { api, createJob, request } from './api.ts'

/** In the order in which they are created. */
const names = [
  'Prüfung Bayern',
  'Zeugnis "Hessen" 100 %',
  'ärztliche Zeugnisse',
  'PRÜFUNG',
  'Straße',
  'a',
  'Прüfung',
  'Zeugnis',
  'zeugnis',
  '证书考试',
]
const ids = new Map<string, string>()

beforeAll(async () => {
  for (const name of names) {
    const id = await createJob({ name })
    ids.set(name, id)
    await request(`${api}/jobs/${id}/cancel`, { method: 'POST' })
  }
})

async function pageOf(query: string) {
  const response = await request(query.startsWith('/') ? query : `${api}/jobs?${query}`)
  expect(response.status).toBe(200)
  const next = /<(.*)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1]
  return { jobs: (await response.json()) as JobSnapshot[], next }
}

/** The names on all pages of a list. */
async function all(query: string): Promise<string[]> {
  const found: string[] = []
  for (let next: string | undefined = query; next !== undefined; ) {
    const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(next)
    found.push(...page.jobs.map(({ name }) => name))
    next = page.next
  }
  return found
}

const search = (q: string, more = '') => all(`q=${encodeURIComponent(q)}${more}`)

describe('a search', () => {
  test.each([
    ['prufung', ['PRÜFUNG', 'Prüfung Bayern']],
    ['PRÜFUNG', ['PRÜFUNG', 'Prüfung Bayern']],
    ['Pru\u0308fung', ['PRÜFUNG', 'Prüfung Bayern']],
    ['üfung b', ['Prüfung Bayern']],
    ['strasse', ['Straße']],
    ['STRAẞE', ['Straße']],
    ['Ärztliche  ZEUGNISSE', ['ärztliche Zeugnisse']],
    ['"hessen" 100 %', ['Zeugnis "Hessen" 100 %']],
    ['ПРÜ', ['Прüfung']],
    ['证书考', ['证书考试']],
    ['考', ['证书考试']],
    ['A', ['a', 'Straße', 'ärztliche Zeugnisse', 'Prüfung Bayern']],
    ['%', ['Zeugnis "Hessen" 100 %']],
    ['nothing like it', []],
    ['zeugnis*', []],
    ['zeugnis OR a', []],
    ['search_name : zeugnis', []],
  ])('finds %j', async (q, expected) => {
    expect(await search(q)).toEqual(expected)
    expect(await search(q, '&sort=created_at')).toEqual(expected.toReversed())
    expect((await search(q, '&sort=name')).toSorted()).toEqual(expected.toSorted())
    expect(await search(q, '&status=cancelled')).toEqual(expected)
    expect(await search(q, '&status=failed')).toEqual([])
  })

  test('finds a job by the beginning of its id, in any case', async () => {
    const id = ids.get('Straße') ?? ''
    for (const q of [id, id.slice(0, 8), id.slice(0, 8).toUpperCase()]) {
      for (const sort of jobSorts) expect(await search(q, `&sort=${sort}`)).toEqual(['Straße'])
    }
  })

  test('for blanks alone is no search', async () => {
    expect(await search('  ')).toEqual(names.toReversed())
  })

  test('names the actor that created a job', async () => {
    expect(await all('created_by=anonymous&sort=created_at')).toEqual(names)
    expect(await all('created_by=anonymous&q=straße&sort=name')).toEqual(['Straße'])
    for (const other of ['Anonymous', 'anonym', 'nonymous', '@anonymous']) {
      expect(await all(`created_by=${other}`)).toEqual([])
    }
  })

  test('names who trains, any of several', async () => {
    const id = await createJob({ name: 'Von einer Maschine', trainer: 'runner' })
    expect(await all('trainer=runner')).toEqual(['Von einer Maschine'])
    expect(await all('trainer=simulated&sort=created_at')).toEqual(names)
    expect(await all('trainer=runner&trainer=simulated')).toHaveLength(names.length + 1)
    expect(await all('trainer=mlflow')).toEqual([])
    expect((await request(`${api}/jobs?trainer=nobody`)).status).toBe(422)
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
  })
})

describe('a list', () => {
  const byName = ['a', 'ärztliche Zeugnisse', 'PRÜFUNG', 'Prüfung Bayern', 'Straße', 'Zeugnis', 'zeugnis'].concat([
    'Zeugnis "Hessen" 100 %',
    'Прüfung',
    '证书考试',
  ])

  test.each([1, 2, 3, 50])('is sorted across pages of %i', async (limit) => {
    const sorted = (sort: string, filter = '') => all(`limit=${limit}&sort=${sort}${filter}`)
    expect(await sorted('name')).toEqual(byName)
    expect(await sorted('-name')).toEqual(byName.toReversed())
    expect(await sorted('name', '&status=cancelled&model_type=zeugnis')).toEqual(byName)
    expect(await sorted('name', '&created_by=anonymous')).toEqual(byName)
    expect(await sorted('-name', '&q=e&status=cancelled')).toEqual(
      byName.filter((name) => /e/i.test(name)).toReversed(),
    )
    expect(await sorted('created_at')).toEqual(names)
    expect(await sorted('-created_at')).toEqual(names.toReversed())
    expect(await sorted('created_at', '&status=cancelled')).toEqual(names)
  })

  test('refuses a cursor of another sort, and says so', async () => {
    const { next = '' } = await pageOf('limit=1&sort=name')
    const response = await request(next.replace('sort=name', 'sort=-name'))
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      errors: [
        {
          loc: ['query', 'cursor'],
          msg: 'A cursor of a different sort order; leave it out to start at the first page',
        },
      ],
    })
  })

  test('refuses a sort that no index has', async () => {
    expect((await request(`${api}/jobs?sort=progress`)).status).toBe(422)
  })
})

test('a search whose matches lie far apart ends a page early, and finds each on a later one', async () => {
  const id = await createJob({ name: 'Rarität' })
  await request(`${api}/jobs/${id}/cancel`, { method: 'POST' })
  await copies(SEARCHED_ROWS_MAX + 10)
  for (const sort of jobSorts) {
    for (const filter of [
      'q=ra',
      'q=rarit',
      'q=rarit&status=cancelled',
      'q=ra&model_type=zeugnis',
      'q=ra&created_by=anonymous',
    ]) {
      const found = await all(`${filter}&sort=${sort}&limit=5`)
      expect(
        found.filter((name) => name === 'Rarität'),
        `${filter} by ${sort}`,
      ).toEqual(['Rarität'])
    }
  }
  for (const filter of ['q=ra', 'created_by=anonymous&q=ra', 'q=prufung&status=failed']) {
    const { jobs, next } = await pageOf(filter)
    expect(jobs).toEqual([])
    expect(next).toBeDefined()
  }
  expect(await all('q=prufung&status=failed')).toEqual([])
})

/** Copies of a job of another name, all of them newer. */
async function copies(count: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
     INSERT INTO jobs (id, model_type, status, revision, spec, summary, snapshot, search_name, labels)
     SELECT printf('00000000-0000-4000-8000-%012d', n), model_type, status, revision, spec, summary, '', 'prufung', labels
     FROM numbers, jobs WHERE search_name = 'prufung'`,
  )
    .bind(count)
    .run()
}
