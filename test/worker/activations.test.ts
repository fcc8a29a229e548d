import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ModelVersion } from '../../src/models/version.ts'
import { api, cancelAll, createJob, refusal, request, runToEnd, setClock, startMs } from './api.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** Completes a job of the type. @returns its version, which is active from then on */
async function complete(type = 'zeugnis'): Promise<ModelVersion> {
  const id = await createJob({ epochs: 1, model_type: type })
  await runToEnd(id)
  const versions: ModelVersion[] = await (await request(`${api}/models?model_type=${type}`)).json()
  const version = versions.find(({ job_id }) => job_id === id)
  if (version === undefined) throw new Error('The job left no version')
  return version
}

const completeThree = async () => [await complete(), await complete(), await complete()] as const

const ask = (path: string, headers: HeadersInit = {}, method = 'GET') =>
  request(`${api}/models${path}`, { method, headers })
const tagOf = async ({ id }: ModelVersion) => (await ask(`/${id}`)).headers.get('etag') ?? ''
const activeTag = async (type = 'zeugnis') => (await ask(`?model_type=${type}&active=true`)).headers.get('etag') ?? ''
const ifMatch = (tag?: string): HeadersInit => (tag === undefined ? {} : { 'If-Match': tag })
const activate = ({ id }: ModelVersion, tag?: string) => ask(`/${id}/activate`, ifMatch(tag), 'POST')
const remove = ({ id }: ModelVersion, tag?: string) => ask(`/${id}`, ifMatch(tag), 'DELETE')
const activeVersion = async (type = 'zeugnis') =>
  ((await (await ask(`?model_type=${type}&active=true`)).json()) as ModelVersion[])[0]?.version

/** A failed precondition names the active version. */
async function expectChanged(response: Response, active: ModelVersion) {
  const body = await response.json()
  expect([response.status, body]).toMatchObject([
    412,
    {
      type: 'urn:stellwerk:problem:changed',
      detail: `${active.version} is active now. Fetch the versions again and retry.`,
    },
  ])
}

describe('a command with the tag of what its operator saw', () => {
  test('when two operators activate two versions of one type, the second is refused and learns which one is active', async () => {
    const [first, second] = await completeThree()
    const tags = [await tagOf(first), await tagOf(second)]
    expect((await activate(first, tags[0])).status).toBe(200)
    await expectChanged(await activate(second, tags[1]), first)
    expect(await activeVersion()).toBe(first.version)
  })

  test('of two operators at the same moment one is refused', async () => {
    const [first, second] = await completeThree()
    const tag = await activeTag()
    const answers = await Promise.all([activate(first, tag), activate(second, tag)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
    expect((await activate(second, await activeTag())).status).toBe(200)
  })

  test('a version that was deactivated and activated again is not taken for unchanged', async () => {
    const [first, second, third] = await completeThree()
    const seen = await tagOf(second)
    await activate(first)
    await activate(third)
    await expectChanged(await activate(second, seen), third)
    await expectChanged(await remove(first, seen), third)
  })

  test('the completion of a job is an activation like any other', async () => {
    const before = await complete()
    await complete()
    const seen = await tagOf(before)
    const newest = await complete()
    await expectChanged(await activate(before, seen), newest)
    await expectChanged(await remove(before, seen), newest)
    expect((await remove(before, await tagOf(before))).status).toBe(200)
  })

  test('a stale tag deletes nothing, not even the active version', async () => {
    const [first, , third] = await completeThree()
    const seen = await tagOf(first)
    await activate(first)
    await expectChanged(await remove(first, seen), first)
    await expectChanged(await remove(third, seen), first)
    expect(await refusal(await remove(first, await tagOf(first)))).toEqual([400, 'Cannot delete active model'])
    expect((await remove(third, await tagOf(third))).status).toBe(200)
  })

  test('changes to other types, and a deletion, do not invalidate a tag', async () => {
    const [first, second] = await completeThree()
    const seen = await activeTag()
    await complete('klausur')
    expect((await remove(first, seen)).status).toBe(200)
    expect((await activate(second, seen)).status).toBe(200)
  })

  test('activating the active version again leaves all tags valid', async () => {
    const [first, , third] = await completeThree()
    const seen = await activeTag()
    expect((await activate(third, seen)).status).toBe(200)
    expect(await activeTag()).toBe(seen)
    expect((await activate(first, seen)).status).toBe(200)
  })

  test('a tag of another type, a weak tag and an invalid tag match nothing; one matching tag of several is enough', async () => {
    const [first, , third] = await completeThree()
    await complete('klausur')
    const [own, other] = [await activeTag(), await activeTag('klausur')]
    const strange = [other, other.replace('klausur', 'zeugnis'), `W/${own}`, own.replaceAll('"', ''), 'nonsense', '""']
    for (const tag of strange.filter((tag) => tag !== own)) await expectChanged(await activate(first, tag), third)
    expect((await activate(first, `"other", ${own}`)).status).toBe(200)
  })

  test('without a tag, and with *, the command is carried out whichever version is active', async () => {
    const [first, second] = await completeThree()
    expect((await activate(first)).status).toBe(200)
    expect((await activate(second, '*')).status).toBe(200)
    expect((await remove(first, '*')).status).toBe(200)
  })

  test('of a version that does not exist is a 404', async () => {
    const version = await complete()
    const tag = await activeTag()
    const none = { ...version, id: 'none' }
    expect(await refusal(await activate(none, tag))).toEqual([404, 'Model version not found'])
    expect(await refusal(await remove(none, tag))).toEqual([404, 'Model version not found'])
  })
})

describe('the tag', () => {
  test('of a version names its type, how often that was activated, and whether the version is active', async () => {
    const [first, , third] = await completeThree()
    const [, count = ''] = /^"zeugnis\.(\d+)-active"$/.exec(await tagOf(third)) ?? []
    expect(await tagOf(first)).toBe(`"zeugnis.${count}-inactive"`)
    expect(await activeTag()).toBe(`"zeugnis.${count}"`)
    await activate(first)
    expect([await tagOf(first), await tagOf(third)]).toEqual([
      `"zeugnis.${Number(count) + 1}-active"`,
      `"zeugnis.${Number(count) + 1}-inactive"`,
    ])
  })

  test('answers 304 to a reader of the version for as long as nothing is activated', async () => {
    const version = await complete()
    const tag = await tagOf(version)
    expect((await ask(`/${version.id}`, { 'If-None-Match': tag })).status).toBe(304)
    await complete()
    expect((await ask(`/${version.id}`, { 'If-None-Match': tag })).status).toBe(200)
  })

  test('is on the list of one type’s active version, also when there is none, and never makes that a 304', async () => {
    await complete('klausur')
    const query = '?model_type=klausur&active=true'
    const tag = await activeTag('klausur')
    expect((await ask(query, { 'If-None-Match': tag })).status).toBe(200)
    expect((await ask(`${query}&limit=1&cursor=MQ`)).headers.get('etag')).toBe(tag)
    expect((await ask(`${query}&model_type=klausur`)).headers.get('etag')).toBe(tag)
    const none = await ask('?model_type=general&active=true')
    expect([none.headers.get('etag'), await none.json()]).toEqual(['"general.0"', []])
  })

  test.each(['', '?active=true', '?model_type=zeugnis', '?model_type=zeugnis&active=false'])(
    'is not on any other list: %j',
    async (query) => {
      expect((await ask(query)).headers.get('etag')).toBeNull()
    },
  )

  test('is not on a list of several types', async () => {
    expect((await ask('?model_type=zeugnis&model_type=klausur&active=true')).headers.get('etag')).toBeNull()
  })
})
