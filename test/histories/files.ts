import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { History, JobRow, LogRow, Look, Shown } from './format.ts'

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
      if (end === undefined || row === undefined) throw new Error(`${format}/${name} has no end, or no row`)
      return [
        name,
        { log: read(file) as LogRow[], row, end, looks: files.includes(streams) ? (read(streams) as Look[]) : [] },
      ]
    })
}

/** Writes a new format. @throws when it has been recorded: a deployed format is never overwritten */
export function writeFormat(format: string, tables: string, histories: Record<string, History>): void {
  const folder = new URL(`${format}/`, root)
  mkdirSync(folder)
  writeFileSync(new URL('tables.sql', folder), tables)
  for (const [name, { log, row, end, looks }] of Object.entries(histories)) {
    writeFileSync(new URL(`${name}.log.jsonl`, folder), jsonl(log))
    writeFileSync(new URL(`${name}.row.jsonl`, folder), jsonl([row]))
    writeFileSync(new URL(`${name}.end.jsonl`, folder), jsonl([end]))
    if (looks.length > 0) writeFileSync(new URL(`${name}.streams.jsonl`, folder), jsonl(looks))
  }
}
