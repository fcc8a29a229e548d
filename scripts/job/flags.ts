import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage.ts'

/** How the flags of a command are read. */

export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
export const list = { type: 'string', multiple: true } as const
const everywhere = { url: text, token: text, json: flag } as const

/** @param wanted the number of positional arguments: none, or the job's id */
export function parse<const O extends ParseArgsOptionsConfig>(args: string[], own: O, wanted: 0 | 1) {
  const parsed = parseStrictly(args, own)
  const extra = parsed.positionals[wanted]
  if (extra !== undefined) throw new UsageError(`Unexpected argument "${extra}".`)
  if (parsed.positionals.length < wanted) throw new UsageError('Missing job id; a prefix is enough.')
  return parsed
}

/** The same of a command on a job. */
export function parseOnJob<const O extends ParseArgsOptionsConfig>(args: string[], own: O) {
  const { values, positionals } = parse(args, own, 1)
  return { values, id: positionals[0] ?? '' }
}

function parseStrictly<const O extends ParseArgsOptionsConfig>(args: string[], own: O) {
  try {
    return parseArgs({ args, options: { ...everywhere, ...own }, allowPositionals: true, allowNegative: true })
  } catch (error) {
    // Its first sentence says what is wrong, the others explain the parser.
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]}.`)
  }
}

/** The values of a flag that is repeated or comma-separated; `undefined` when there are none. */
export function split(values: string[] | undefined): string[] | undefined {
  const all = values
    ?.flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return all?.length ? all : undefined
}

/** The same for a filter: one without values would be dropped, and every job listed. */
export function chosen(flag: string, values: string[] | undefined): string[] | undefined {
  const all = split(values)
  if (values !== undefined && all === undefined) throw new UsageError(`--${flag} is empty; name one, or leave it out.`)
  return all
}

export function number(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (value.trim() === '' || !Number.isFinite(Number(value))) throw new UsageError(`--${flag} takes a number.`)
  return Number(value)
}

/** The fields without the undefined ones: the service fills in its defaults. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
