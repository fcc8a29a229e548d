import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { History, JobRow, LogRow, Look, Shown, StatusRow } from './format.ts'

const root = new URL('.', import.meta.url)
const jsonl = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const parse = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** The recorded formats, oldest first. */
export function formats(): string[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => name).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
}

/** The tables of a format. */
export const readTables = (format: string): string => readFileSync(new URL(`${format}/tables.sql`, root), 'utf8')

/** The histories of a format, by name. */
export function readHistories(format: string): [name: string, history: History][] {
  const read = (file: string) => parse(readFileSync(new URL(`${format}/${file}`, root), 'utf8'))
  const files = readdirSync(new URL(format, root))
  return files
    .filter((file) => file.endsWith('.log.jsonl'))
    .map((file) => {
      const name = file.slice(0, -'.log.jsonl'.length)
      const streams = `${name}.streams.jsonl`
      const [end] = read(`${name}.end.jsonl`) as Shown[]
      const [row] = read(`${name}.row.jsonl`) as JobRow[]
      const rows = files.includes(`${name}.rows.jsonl`) ? (read(`${name}.rows.jsonl`) as StatusRow[]) : []
      if (end === undefined || row === undefined) throw new Error(`${format}/${name} has no end, or no row`)
      return [
        name,
        {
          log: read(file) as LogRow[],
          row,
          rows: rows.map(withShown),
          end,
          looks: files.includes(streams) ? (read(streams) as Look[]) : [],
        },
      ]
    })
}

/** Rows of the first format hold what was shown. */
const withShown = (row: StatusRow): StatusRow => ({ ...row, shown: row.shown ?? JSON.parse(row.snapshot) })

/** Writes a new format. @throws when it has been recorded: a deployed format is never overwritten */
export function writeFormat(format: string, tables: string, histories: Record<string, History>): void {
  const folder = new URL(`${format}/`, root)
  mkdirSync(folder)
  writeFileSync(new URL('tables.sql', folder), tables)
  for (const [name, { log, row, rows, end, looks }] of Object.entries(histories)) {
    writeFileSync(new URL(`${name}.log.jsonl`, folder), jsonl(log))
    writeFileSync(new URL(`${name}.row.jsonl`, folder), jsonl([row]))
    writeFileSync(new URL(`${name}.rows.jsonl`, folder), jsonl(rows))
    writeFileSync(new URL(`${name}.end.jsonl`, folder), jsonl([end]))
    if (looks.length > 0) writeFileSync(new URL(`${name}.streams.jsonl`, folder), jsonl(looks))
  }
}
