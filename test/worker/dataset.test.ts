import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import demo from '../../demo/dataset.sql'
import { trainingDocuments } from '../../src/dataset/documents.ts'
import {
  DATASET_BODY_BYTES_MAX,
  DOC_TYPES_MAX,
  DOCUMENTS_MAX,
  DOCUMENTS_PER_UPLOAD_MAX,
} from '../../src/platform/limits.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { api, request, send } from './api.ts'
import { meterD1, restoreD1 } from './meters.ts'

const at = (path: string, init?: RequestInit) => request(`${api}/dataset${path}`, init)
const read = async (path: string) => (await at(path)).json()
const upload = (documents: unknown) => send('PUT', `${api}/dataset/documents`, { documents })

const document = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  title: `Zeugnisordnung ${id}`,
  bundesland: 'BY',
  doc_type: 'verordnung',
  chunks: 10,
  training_allowed: true,
  source_url: null,
  ...more,
})
const many = (count: number, make: (n: number) => Record<string, unknown> = () => ({})) =>
  Array.from({ length: count }, (_, n) => document(`d${String(n).padStart(5, '0')}`, make(n)))

const ids = (documents: unknown) => (documents as { id: string }[]).map(({ id }) => id)

/** Every page of the documents that match the filter, as its `Link` headers lead through them. */
async function pages(filter: string, { rowsReadMax = 100 } = {}) {
  const all: ReturnType<typeof document>[][] = []
  let path: string | undefined = `/documents?${filter}`
  while (path) {
    const meter = meterD1()
    const response = await at(path)
    all.push(await response.json())
    expect(meter.rowsRead).toBeLessThanOrEqual(rowsReadMax)
    expect(meter.rowsWritten).toBe(0)
    path = /^<\/.+?\/dataset(.+)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1]
  }
  return all
}

/** The expected statistics, counted from the documents themselves. */
function statsOf(documents: ReturnType<typeof document>[]) {
  const counted = (key: 'bundesland' | 'doc_type', of = documents) =>
    Object.fromEntries(
      [...new Set(of.map((d) => d[key]))].map((value) => [value, of.filter((d) => d[key] === value).length]),
    )
  const allowed = documents.filter((d) => d.training_allowed)
  return {
    total_documents: documents.length,
    total_chunks: documents.reduce((sum, { chunks }) => sum + chunks, 0),
    training_allowed: allowed.length,
    by_bundesland: counted('bundesland'),
    training_allowed_by_bundesland: counted('bundesland', allowed),
    by_doc_type: counted('doc_type'),
  }
}

beforeEach(async () => {
  restoreD1()
  await env.DB.prepare('DELETE FROM documents').run()
})

test('an empty dataset has statistics, and does not determine how many documents a job has', async () => {
  const empty = {
    total_documents: 0,
    total_chunks: 0,
    training_allowed: 0,
    by_bundesland: {},
    training_allowed_by_bundesland: {},
    by_doc_type: {},
  }
  expect(await read('/stats')).toEqual(empty)
  expect(await read('/documents')).toEqual([])
  expect(await trainingDocuments(env.DB, ['BY'])).toMatchObject({ documents: 0, isDatasetEmpty: true })
})

test('an upload says what was new, changed and unchanged, and writes no row for the unchanged', async () => {
  const first = [document('a'), document('b'), document('c', { source_url: 'https://example.org/c' })]
  const added = await upload(first)
  expect(added.status).toBe(200)
  expect(await added.json()).toEqual({ new: 3, changed: 0, unchanged: 0 })

  const meter = meterD1()
  expect(await (await upload(first)).json()).toEqual({ new: 0, changed: 0, unchanged: 3 })
  expect(meter.rowsWritten).toBe(0)

  const second = [document('a'), document('b', { title: 'Anders' }), document('d'), document('e')]
  expect(await (await upload(second)).json()).toEqual({ new: 2, changed: 1, unchanged: 1 })
  expect(ids(await read('/documents'))).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('a document is returned as stored: trimmed, with its code and a parsed address', async () => {
  const sent = document('BY:2024_x.~-1', {
    title: '  Schüler „Größe“ 𝄞 \\ "q"  ',
    bundesland: 'Thueringen',
    source_url: 'HTTPS://Example.org/für alle',
  })
  expect((await upload([sent])).status).toBe(200)
  expect(await read('/documents')).toEqual([
    document('BY:2024_x.~-1', {
      title: 'Schüler „Größe“ 𝄞 \\ "q"',
      bundesland: 'TH',
      source_url: 'https://example.org/f%C3%BCr%20alle',
    }),
  ])
})

test('statistics stay correct while documents are added, changed in every field, and deleted', async () => {
  const documents = many(40, (n) => ({
    bundesland: bundeslandCodes[n % 16],
    doc_type: ['verordnung', 'erlass', 'handreichung'][n % 3],
    chunks: n,
    training_allowed: n % 5 !== 0,
  }))
  await upload(documents)
  expect(await read('/stats')).toEqual(statsOf(documents))

  const changed = documents.map((d, n) => ({
    ...d,
    bundesland: bundeslandCodes[(n * 7) % 5] ?? 'BY',
    doc_type: n % 2 ? d.doc_type : 'schulordnung',
    chunks: d.chunks * 2,
    training_allowed: n % 3 === 0,
  }))
  await upload(changed)
  expect(await read('/stats')).toEqual(statsOf(changed))

  for (const { id } of changed.slice(10)) await at(`/documents/${id}`, { method: 'DELETE' })
  expect(await read('/stats')).toEqual(statsOf(changed.slice(0, 10)))
})

test('a job counts the training-allowed documents of its Bundesländer by reading one row', async () => {
  await upload(many(300, (n) => ({ bundesland: bundeslandCodes[n % 3], training_allowed: n % 2 === 0 })))
  const meter = meterD1()
  expect(await trainingDocuments(env.DB, ['BW', 'BE'])).toMatchObject({ documents: 100, isDatasetEmpty: false })
  expect(await trainingDocuments(env.DB, ['SH'])).toMatchObject({ documents: 0, isDatasetEmpty: false })
  expect(meter.rowsRead).toBe(2)
})

test('statistics read one row per document type, and one more', async () => {
  await upload(many(1000, (n) => ({ doc_type: `t${n % 4}` })))
  const meter = meterD1()
  await read('/stats')
  expect(meter.rowsRead).toBe(5)
})

const filters = ['bundesland=by', 'doc_type=erlass', 'training_allowed=false']
const combinations = Array.from({ length: 8 }, (_, bits) => filters.filter((_, n) => bits & (1 << n)).join('&'))

test.each(combinations)(
  'pages with the filter "%s" contain every match once, in order, and read no more rows than they contain',
  async (filter) => {
    // The matches of every filter have the last ids: skipping to them would read the whole table.
    const documents = many(1000, (n) => ({
      bundesland: n > 800 || n % 3 === 0 ? 'BY' : 'SH',
      doc_type: n > 800 || n % 4 === 0 ? 'erlass' : 'verordnung',
      training_allowed: n < 800 ? n % 2 > 0 : n % 3 > 0,
    }))
    await upload(documents)

    const seen = await pages(filter, { rowsReadMax: 52 })
    const wanted = new URLSearchParams(filter)
    const matching = documents.filter(
      (d) =>
        (!wanted.has('bundesland') || d.bundesland === 'BY') &&
        (!wanted.has('doc_type') || d.doc_type === 'erlass') &&
        (!wanted.has('training_allowed') || !d.training_allowed),
    )
    expect(seen.flat()).toEqual(matching)
    expect(seen.slice(0, -1).every((page) => page.length === 50)).toBe(true)
  },
)

test.each([
  'limit=0',
  'limit=201',
  'cursor=x',
  'bundesland=XX',
  'doc_type=A',
  'training_allowed=1',
  'doc_type=a&doc_type=b',
])('a list asked for with "%s" is refused', async (query) => {
  const response = await at(`/documents?${query}`)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ loc: ['query', query.split('=')[0]] }] })
})

const types = (count: number, prefix: string) => many(count, (n) => ({ doc_type: `${prefix}${n}` }))

test('one document type too many is refused, and nothing of that upload is stored', async () => {
  const refused = await upload(types(DOC_TYPES_MAX + 1, 'a'))
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({ errors: [{ loc: ['body', 'documents'], type: 'too_many_doc_types' }] })
  expect(await read('/stats')).toEqual(statsOf([]))
})

test('the maximum number of document types can be replaced by others in one upload', async () => {
  expect((await upload(types(DOC_TYPES_MAX, 'a'))).status).toBe(200)
  expect(await (await upload(types(DOC_TYPES_MAX, 'b'))).json()).toEqual({ new: 0, changed: 50, unchanged: 0 })
  expect((await upload([document('x', { doc_type: 'c' })])).status).toBe(422)
  expect(await read('/stats')).toEqual(statsOf(types(DOC_TYPES_MAX, 'b')))
})

/** Makes the dataset appear to hold so many more documents. */
const pretend = (more: number) => env.DB.prepare('UPDATE dataset_totals SET documents = documents + ?').bind(more).run()

test('one document too many is refused with a hint, and nothing of that upload is stored', async () => {
  await pretend(DOCUMENTS_MAX - 3)
  expect((await upload(many(2))).status).toBe(200)
  const refused = await upload([document('x'), document('y'), document('d00000', { title: 'Changed' })])
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({
    detail: expect.stringContaining('delete some first'),
    errors: [{ loc: ['body', 'documents'], type: 'too_many_documents' }],
  })
  await pretend(3 - DOCUMENTS_MAX)
  expect(await read('/stats')).toEqual(statsOf(many(2)))
})

test('the status shows the database’s size and its maximum', async () => {
  const status = async () => (await request(`${api}/status`)).json<Record<string, number>>()
  const before = await status()
  await upload(many(1_000, () => ({ title: 'ü'.repeat(300) })))
  const after = await status()
  expect(after.database_bytes).toBeGreaterThan((before.database_bytes ?? 0) + 600_000)
  expect(after.database_bytes_max).toBe(10_000_000_000)
})

test('a full dataset accepts changes, and a new document after a deletion', async () => {
  const [first, second] = many(2)
  await pretend(DOCUMENTS_MAX - 2)
  expect((await upload(many(2))).status).toBe(200)
  expect((await upload(many(2, () => ({ title: 'Changed' })))).status).toBe(200)
  expect((await upload([document('x')])).status).toBe(422)
  expect((await at(`/documents/${first?.id}`, { method: 'DELETE' })).status).toBe(200)
  expect((await upload([document('x')])).status).toBe(200)
  await pretend(2 - DOCUMENTS_MAX)
  expect(await read('/documents')).toMatchObject([{ id: second?.id, title: 'Changed' }, { id: 'x' }])
})

test('an upload of more than one D1 value is stored or refused as a whole', async () => {
  const padded = (n: number) => ({
    title: 'ü'.repeat(300),
    source_url: `https://example.org/${'x'.repeat(1000)}`,
    chunks: n,
  })
  const documents = many(1000, padded)
  const tooMany = documents.map((d, n) => (n < 900 ? d : { ...d, doc_type: `t${n}` }))
  expect((await upload(tooMany)).status).toBe(422)
  expect(await read('/stats')).toEqual(statsOf([]))
  expect(await (await upload(documents)).json()).toEqual({ new: 1000, changed: 0, unchanged: 0 })
  expect(await (await upload(documents)).json()).toEqual({ new: 0, changed: 0, unchanged: 1000 })
})

test.each<[string, unknown, (string | number)[]]>([
  ['no documents', undefined, []],
  ['an empty list', [], []],
  ['too many documents', many(DOCUMENTS_PER_UPLOAD_MAX + 1), []],
  ['things that are no documents', [null, 1], [0]],
  ['the same id twice', [document('a'), document('b'), document('a')], [2, 'id']],
  ['an id that could not stand in an address', [document('a/b')], [0, 'id']],
  ['an id that is too long', [document('a'.repeat(129))], [0, 'id']],
  ['an id with a line break behind it', [document('a\n')], [0, 'id']],
  ['an empty title', [document('a', { title: '  ' })], [0, 'title']],
  ['a title that is too long', [document('a', { title: '𝄞'.repeat(301) })], [0, 'title']],
  ['a control character', [document('a', { title: 'a\u0000b' })], [0, 'title']],
  ['half a character', [document('a', { title: 'a\ud834b' })], [0, 'title']],
  ['an unknown Bundesland', [document('a', { bundesland: 'Tirol' })], [0, 'bundesland']],
  ['a type in capitals', [document('a', { doc_type: 'Erlass' })], [0, 'doc_type']],
  ['half a chunk', [document('a', { chunks: 0.5 })], [0, 'chunks']],
  ['less than no chunks', [document('a', { chunks: -1 })], [0, 'chunks']],
  ['a million chunks and one', [document('a', { chunks: 1_000_001 })], [0, 'chunks']],
  ['a training_allowed that is a number', [document('a', { training_allowed: 1 })], [0, 'training_allowed']],
  ['a script for an address', [document('a', { source_url: 'javascript:alert(1)' })], [0, 'source_url']],
  [
    'an address that grows too long',
    [document('a', { source_url: `http://a.de/${'ü'.repeat(1000)}` })],
    [0, 'source_url'],
  ],
])('an upload with %s is refused, and nothing is stored', async (_, documents, loc) => {
  const response = await upload(documents)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    errors: expect.arrayContaining([expect.objectContaining({ loc: ['body', 'documents', ...loc] })]),
  })
  expect(await read('/stats')).toEqual(statsOf([]))
})

test('a body over the limit is 413, declared or chunked, before it is parsed', async () => {
  const body = 'x'.repeat(DATASET_BODY_BYTES_MAX + 1)
  const put = (headers: Record<string, string>) =>
    at('/documents', { method: 'PUT', headers: { 'Content-Type': 'application/json', ...headers }, body })
  expect((await put({})).status).toBe(413)
  expect((await put({ 'Content-Length': String(body.length) })).status).toBe(413)
})

test('a body that is not JSON is 400, one declared as something else 415', async () => {
  const headers = { 'Content-Type': 'application/json' }
  expect((await at('/documents', { method: 'PUT', headers, body: '{' })).status).toBe(400)
  expect((await at('/documents', { method: 'PUT', body: '{}' })).status).toBe(415)
})

test('a document is deleted once; a second deletion, and any other id, is 404', async () => {
  await upload([document('a')])
  const deleted = await at('/documents/a', { method: 'DELETE' })
  expect([deleted.status, await deleted.json()]).toEqual([200, { success: true, message: 'Document deleted' }])
  for (const id of ['a', '%00', '%ff', '%F0%9D%84%9E', 'a%2Fb', "'--"]) {
    const response = await at(`/documents/${id}`, { method: 'DELETE' })
    expect([response.status, await response.json()]).toMatchObject([404, { detail: 'Document not found' }])
  }
})

test('the demo dataset has every Bundesland and type, is a valid upload, and is loaded only into an empty dataset', async () => {
  await env.DB.prepare(demo).run()
  const documents = (await pages('')).flat()
  expect(await read('/stats')).toEqual(statsOf(documents))
  expect(statsOf(documents)).toMatchObject({
    total_documents: 298,
    training_allowed: 237,
    by_bundesland: Object.fromEntries(bundeslandCodes.map((code) => [code, expect.any(Number)])),
    by_doc_type: { verordnung: 153, schulordnung: 76, handreichung: 39, erlass: 30 },
  })
  expect(await (await upload(documents)).json()).toEqual({ new: 0, changed: 0, unchanged: 298 })

  for (const { id } of documents.slice(1)) await at(`/documents/${id}`, { method: 'DELETE' })
  await env.DB.prepare(demo).run()
  expect(await read('/stats')).toEqual(statsOf(documents.slice(0, 1)))
})
