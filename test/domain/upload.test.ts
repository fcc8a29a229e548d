/// <reference lib="es2025.intl" />
/// <reference path="../../src/dashboard/virtual.d.ts" />
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRows, type ReadyRow } from '../../src/dashboard/features/dataset/upload/check.ts'
import { findColumns } from '../../src/dashboard/features/dataset/upload/fields.ts'
import type { PutAnswer } from '../../src/dashboard/features/dataset/upload/put.ts'
import { readFile } from '../../src/dashboard/features/dataset/upload/read-file.ts'
import {
  nextBatch,
  noProgress,
  type Progress,
  type Sender,
  sendRows,
} from '../../src/dashboard/features/dataset/upload/send.ts'
import { type FileTable, isUnreadable, rowNumber } from '../../src/dashboard/features/dataset/upload/table.ts'
import { UPLOAD_BATCH_DOCUMENTS_MAX, UPLOAD_TRIES_MAX } from '../../src/dashboard/platform/limits.ts'
import { DocumentInput } from '../../src/dataset/schema.ts'
import { DATASET_BODY_BYTES_MAX } from '../../src/platform/limits.ts'

const read = (content: string | Uint8Array<ArrayBuffer>, name = 'documents.csv') => readFile(new File([content], name))

async function tableOf(content: string | Uint8Array<ArrayBuffer>): Promise<FileTable> {
  const table = await read(content)
  if (isUnreadable(table)) throw new Error(table.reason)
  return table
}

async function checked(content: string) {
  const table = await tableOf(content)
  const { ready, faulty } = checkRows(table, findColumns(table.header))
  const errors = faulty.map(({ index, errors }) => [rowNumber(table, index), ...errors.map(({ field }) => field)])
  return { documents: ready.map(({ document }) => document), errors }
}

const german = 'Kennung;Titel;Bundesland;Dokumentart;Abschnitte;Für Training freigegeben;Quelle'

test('a file from a German spreadsheet is read: byte order mark, semicolons, CRLF, quoted cells, blank rows', async () => {
  const rows = [
    'a;"Zeugnisse; ""neu""\r\nzweite Zeile";Bayern;Verordnung;7;WAHR;',
    ';;;;;;',
    'b;Über Größe;de-th;erlass;0;nein;',
  ]
  const { documents, errors } = await checked(`\ufeff${[german, ...rows].join('\r\n')}\r\n`)
  expect(errors).toEqual([])
  expect(documents[0]).toMatchObject({ id: 'a', title: 'Zeugnisse; "neu" zweite Zeile', chunks: 7 })
  expect(documents.slice(1)).toEqual([
    {
      id: 'b',
      title: 'Über Größe',
      bundesland: 'TH',
      doc_type: 'erlass',
      chunks: 0,
      training_allowed: false,
      source_url: null,
    },
  ])
})

test('a line break inside a title becomes a blank, and the titles are counted, so that the page can say so', async () => {
  const rows = [
    'a;"Zeugnisse \r\n Gymnasium";BY;erlass;1;ja;',
    'b;"\nRand\n";BY;erlass;1;ja;',
    'c;"x\n\ny";XX;erlass;1;ja;',
  ]
  const table = await tableOf([german, ...rows].join('\r\n'))
  const { ready, faulty, joinedTitles } = checkRows(table, findColumns(table.header))
  expect(ready.map(({ document }) => document.title)).toEqual(['Zeugnisse Gymnasium', 'Rand'])
  expect([joinedTitles, faulty.length]).toEqual([1, 1])
})

test.each([
  ['42,0', 42],
  ['42.00', 42],
  [' 7 ', 7],
  ['7,5', null],
  // German thousands, or three decimals: nobody can know.
  ['1.000', null],
  ['1,000', null],
])('a spreadsheet writes %j for a number of chunks: %j', async (cell, chunks) => {
  const { documents } = await checked(`${german}\na;T;BY;erlass;"${cell}";ja;`)
  expect(documents[0]?.chunks ?? null).toBe(chunks)
  const { documents: english } = await checked(`${german.replaceAll(';', ',')}\na,T,BY,erlass,"${cell}",ja,`)
  expect(english[0]?.chunks ?? null).toBe(chunks)
})

test('the delimiter is the one that splits the header into columns, whatever the cells contain', async () => {
  const cells = 'a;"x, y, z";BY;erlass;1;ja;https://example.org/?a,b,c'
  expect((await tableOf(`${german}\n${cells}`)).delimiter).toBe(';')
  expect((await tableOf(`${german.replaceAll(';', '\t')}\n${cells.replaceAll(';', '\t')}`)).delimiter).toBe('\t')
  expect((await tableOf(`sep=|\r\n${german.replaceAll(';', '|')}\n${cells.replaceAll(';', '|')}`)).delimiter).toBe('|')
})

test('files of older and newer spreadsheets keep their umlauts', async () => {
  const text = `${german}\na;Größe;BY;erlass;1;ja;`
  const latin = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const utf16 = new Uint8Array([0xff, 0xfe, ...new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer)])
  for (const [bytes, encoding] of [
    [latin, 'Windows-1252'],
    [utf16, 'UTF-16'],
  ] as const) {
    const table = await tableOf(bytes)
    expect(table.encoding).toBe(encoding)
    expect(table.rows[0]?.[1]).toBe('Größe')
  }
})

test('a file that is not a table is rejected with its reason, and nothing is thrown', async () => {
  const reasonOf = async (content: string | Uint8Array<ArrayBuffer>) => {
    const table = await read(content)
    return isUnreadable(table) ? table.reason : null
  }
  expect(await reasonOf(new Uint8Array([0x50, 0x4b, 3, 4, 0]))).toBe('workbook')
  expect(await reasonOf(' \n')).toBe('emptyFile')
  expect(await reasonOf(`${german}\n;;;;;;\n`)).toBe('emptyFile')
  expect(await reasonOf('{"documents":')).toBe('notJson')
  expect(await reasonOf('{"dokumente":[]}')).toBe('notAList')
})

test('a JSON file has the types of the API; an element that is not an object is a row with errors', async () => {
  const document = { id: 'a', title: 'T', bundesland: 'BY', doc_type: 'erlass', chunks: 1, training_allowed: true }
  const { documents, errors } = await checked(
    JSON.stringify({ documents: [document, { ...document, id: 5 }, 7, null] }),
  )
  expect(documents).toEqual([{ ...document, source_url: null }])
  const required = ['id', 'title', 'bundesland', 'doc_type', 'chunks', 'training_allowed']
  expect(errors).toEqual([
    [2, 'id'],
    [3, ...required],
    [4, ...required],
  ])
})

test('a duplicate id in a file is an error at its second row', async () => {
  const row = 'a;T;BY;erlass;1;ja;'
  expect((await checked([german, row, row].join('\n'))).errors).toEqual([[3, 'id']])
})

test('an extra cell and an unclosed quotation mark are errors of their row', async () => {
  expect((await checked(`${german}\na;T;BY;erlass;1;ja;;mehr`)).errors).toEqual([[2, null]])
  expect((await checked(`${german}\na;"T;BY;erlass;1;ja;`)).errors[0]).toContain(null)
})

test('rows that pass the check are accepted by the API', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'BY',
      'thüringen',
      'ja',
      '0',
      '12',
      '1.234',
      'erlass',
      'Erlaß',
      'http://a',
      'https://b.de/ü',
      'x y',
    ),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const header = ['id', 'title', 'bundesland', 'doc_type', 'chunks', 'training_allowed', 'source_url']
  const good = ['a', 'T', 'BY', 'erlass', '1', 'ja', '']
  fc.assert(
    fc.property(cell, fc.nat(6), fc.constantFrom('csv' as const, 'json' as const), (value, at, format) => {
      const row = good.with(at, value as string)
      const table: FileTable = {
        format,
        encoding: 'UTF-8',
        delimiter: null,
        header,
        rows: [row],
        brokenQuotes: new Set(),
      }
      const { ready } = checkRows(table, findColumns(header))
      for (const { document } of ready) expect(DocumentInput.safeParse(document).error).toBeUndefined()
    }),
    { numRuns: 2_000 },
  )
})

const rowsOf = (count: number, title = 'T'): ReadyRow[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    document: {
      id: `d${index}`,
      title,
      bundesland: 'BY',
      doc_type: 'erlass',
      chunks: 1,
      training_allowed: true,
      source_url: `https://example.org/${'x'.repeat(title.length * 6)}`,
    },
  }))

test('a batch fits the limits of the API, in documents and in bytes', () => {
  expect(nextBatch(rowsOf(2_000))).toHaveLength(UPLOAD_BATCH_DOCUMENTS_MAX)
  const batch = nextBatch(rowsOf(500, '𝄞'.repeat(300))).map(({ document }) => document)
  expect(batch.length).toBeGreaterThan(100)
  expect(new TextEncoder().encode(JSON.stringify({ documents: batch })).length).toBeLessThan(DATASET_BODY_BYTES_MAX)
})

/** Sends to an API with scripted answers that stores what it accepts. */
function harness(answers: ((ids: string[]) => PutAnswer | null)[]) {
  const stored = new Map<string, number>()
  const waits: unknown[] = []
  const cancelled = new AbortController()
  let progress: Progress | null = null
  const take = (ids: string[]): PutAnswer => {
    const fresh = ids.filter((id) => !stored.has(id)).length
    for (const id of ids) stored.set(id, (stored.get(id) ?? 0) + 1)
    return { ok: true, counts: { new: fresh, changed: 0, unchanged: ids.length - fresh } }
  }
  const sender: Sender = {
    put: async (documents) => {
      const ids = documents.map(({ id }) => id)
      return answers.shift()?.(ids) ?? take(ids)
    },
    untilReachable: async () => {},
    sleep: async () => cancelled.signal.throwIfAborted(),
    now: () => 0,
    onProgress: (made) => {
      progress = made
    },
    onWait: (wait) => wait !== null && waits.push(wait),
  }
  const send = (from: Progress) => sendRows(from, sender, cancelled.signal)
  return { stored, waits, cancelled, take, send, progress: () => progress as unknown as Progress }
}

const refusal = (status: number, extra: object = {}, retryMs = 0): PutAnswer => ({
  ok: false,
  refusal: { type: 'about:blank', title: '', status, detail: '', instance: '', ...extra },
  retryMs,
})

test('a batch whose answer was lost after it was stored is sent again without harm', async () => {
  const api = harness([
    (ids) => {
      api.take(ids)
      return refusal(0)
    },
  ])
  expect(await api.send(noProgress(rowsOf(700)))).toBe('complete')
  expect(api.stored.size).toBe(700)
  expect(api.progress()).toMatchObject({ left: [], counts: { new: 200, changed: 0, unchanged: 500 } })
  expect(api.waits).toEqual([{ why: 'offline' }])
})

test('a temporary error is retried after its Retry-After, and after several in a row the user is asked', async () => {
  const api = harness([() => refusal(429, {}, 7_000)])
  expect(await api.send(noProgress(rowsOf(3)))).toBe('complete')
  expect(api.waits).toEqual([{ why: 'busy', untilMs: 7_000 }])

  const busy = harness(Array.from({ length: UPLOAD_TRIES_MAX }, () => () => refusal(503)))
  expect(await busy.send(noProgress(rowsOf(3)))).toMatchObject({ status: 503 })
  expect(busy.stored.size).toBe(0)
})

test('rows that the API refuses are left out by their index in the batch, and all others are stored once', async () => {
  const errors = [
    { loc: ['body', 'documents', 1, 'title'], msg: 'no', type: 'custom' },
    { loc: ['body', 'documents', 498], msg: 'nor this', type: 'custom' },
  ]
  const api = harness([() => null, () => refusal(422, { errors })])
  expect(await api.send(noProgress(rowsOf(1_200)))).toBe('complete')
  expect(api.progress().refused).toEqual([
    { index: 501, errors: [{ field: 'title', message: 'no' }] },
    { index: 998, errors: [{ field: null, message: 'nor this' }] },
  ])
  expect([...api.stored.values()].every((times) => times === 1)).toBe(true)
  expect(api.stored.size).toBe(1_198)
})

test('after a refusal in the middle it continues where it stopped', async () => {
  const api = harness([() => null, () => refusal(401)])
  expect(await api.send(noProgress(rowsOf(1_200)))).toMatchObject({ status: 401 })
  expect(api.progress().left).toHaveLength(700)
  expect(await api.send(api.progress())).toBe('complete')
  expect(api.stored.size).toBe(1_200)
  expect(api.progress().left).toEqual([])
})

test('a batch whose answer was lost does not count as unsent until there is an answer', async () => {
  const api = harness([
    () => null,
    (ids) => {
      api.take(ids)
      api.cancelled.abort()
      return refusal(0)
    },
  ])
  expect(await api.send(noProgress(rowsOf(1_200)))).toBe('cancelled')
  expect(api.progress()).toMatchObject({ unconfirmed: 500, counts: { new: 500 } })
  expect(api.progress().left).toHaveLength(700)

  const failing = harness([() => refusal(500)])
  expect(await failing.send(noProgress(rowsOf(3)))).toMatchObject({ status: 500 })
  expect(failing.progress()).toMatchObject({ unconfirmed: 3 })
  expect(await failing.send(failing.progress())).toBe('complete')
  expect(failing.progress()).toMatchObject({ left: [], unconfirmed: 0 })

  const refused = harness([() => refusal(403)])
  await refused.send(noProgress(rowsOf(3)))
  expect(refused.progress()).toBeNull()
})

test('cancelling ends it between two requests, so that what is stored is known', async () => {
  const api = harness([
    (ids) => {
      api.cancelled.abort()
      return api.take(ids)
    },
  ])
  expect(await api.send(noProgress(rowsOf(1_200)))).toBe('cancelled')
  expect(api.progress()).toMatchObject({ counts: { new: 500 } })
  expect(api.progress().left).toHaveLength(700)
})
