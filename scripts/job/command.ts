import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { InferRequestType } from 'hono/client'
import type { Client } from '../../src/client/index.ts'
import { UsageError } from './usage.ts'

type Jobs = Client['api']['v1']['admin']['training']['jobs']
type NewJob = InferRequestType<Jobs['$post']>
type Edit = InferRequestType<Jobs[':id']['$patch']>['json']
type JobFilter = InferRequestType<Jobs['$get']>['query']
type ResumeQuery = InferRequestType<Jobs[':id']['resume']['$post']>['query']

/** Commands on an existing job. */
const jobCommands = ['pause', 'resume', 'cancel', 'delete'] as const
export type JobCommand = (typeof jobCommands)[number]

/** The command to run. */
export type Action =
  | { name: 'help' }
  | { name: 'create'; config: NewJob['json']; query: NewJob['query']; watch: boolean }
  | { name: 'list'; filter: JobFilter }
  | { name: 'watch'; id: string; after: string | undefined }
  | { name: 'edit'; id: string; edit: Edit }
  | { name: JobCommand; id: string; query: ResumeQuery }

/** The service's address and token, and the output format. */
export type Settings = { url: string; token: string | undefined; json: boolean }

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const list = { type: 'string', multiple: true } as const
const everywhere = { url: text, token: text, json: flag } as const
const numbers = {
  epochs: text,
  'batch-size': text,
  'learning-rate': text,
  'warmup-steps': text,
  'weight-decay': text,
  'gradient-accumulation': text,
} as const

/** Parses a command line. The service validates the values. @throws UsageError for an invalid command line */
export function readCommand(argv: string[], env: Record<string, string | undefined>): Settings & { action: Action } {
  const [name, ...args] = argv
  const { values, action } = argv.some((arg) => arg === '--help' || arg === '-h')
    ? helpCommand
    : parseCommand(name, args)
  return {
    action,
    url: values.url ?? (env.STELLWERK_URL || 'http://localhost:8787'),
    token: values.token ?? (env.STELLWERK_TOKEN || undefined),
    json: values.json ?? false,
  }
}

type ParsedCommand = { values: { url?: string; token?: string; json?: boolean }; action: Action }
const helpCommand: ParsedCommand = { values: {}, action: { name: 'help' } }

function parseCommand(name: string | undefined, args: string[]): ParsedCommand {
  switch (name) {
    case 'help':
      return helpCommand
    case 'create':
      return parseCreate(args)
    case 'list': {
      const own = {
        status: list,
        'model-type': list,
        tag: list,
        limit: text,
        sort: text,
        search: text,
        q: text,
      } as const
      const { values } = parse(args, { ...own, 'created-by': text }, 0)
      const filter = {
        status: chosen('status', values.status),
        model_type: chosen('model-type', values['model-type']),
        tag: chosen('tag', values.tag),
        created_by: values['created-by'],
        q: values.search ?? values.q,
        sort: values.sort,
        limit: values.limit,
      }
      return { values, action: { name, filter: given(filter) as JobFilter } }
    }
    case 'watch': {
      const { values, positionals } = parse(args, { after: text }, 1)
      return { values, action: { name, id: positionals[0] ?? '', after: values.after } }
    }
    case 'edit': {
      const { values, positionals } = parse(args, { name: text, notes: text, tags: list }, 1)
      const tags = values.tags && (split(values.tags) ?? [])
      const edit = given({ name: values.name, notes: values.notes, tags })
      if (Object.keys(edit).length === 0) throw new UsageError('Specify what to change: --name, --notes or --tags.')
      return { values, action: { name, id: positionals[0] ?? '', edit } }
    }
    case 'resume': {
      const { values, positionals } = parse(args, { queue: flag }, 1)
      return { values, action: { name, id: positionals[0] ?? '', query: waiting(values.queue) } }
    }
    case 'pause':
    case 'cancel':
    case 'delete': {
      const { values, positionals } = parse(args, {}, 1)
      return { values, action: { name, id: positionals[0] ?? '', query: {} } }
    }
    case undefined:
      throw new UsageError(`Missing command. Use one of create, list, watch, edit, ${jobCommands.join(', ')}.`)
    default:
      throw new UsageError(`Unknown command "${name}".`)
  }
}

function parseCreate(args: string[]): ParsedCommand {
  const own = {
    name: text,
    bundesland: list,
    'model-type': text,
    'mixed-precision': flag,
    notes: text,
    tags: list,
    tag: list,
    queue: flag,
    watch: flag,
  } as const
  const { values } = parse(args, { ...own, ...numbers }, 0)
  const bundeslaender = split(values.bundesland)
  if (values.name === undefined || bundeslaender === undefined) {
    throw new UsageError('A new job needs --name and --bundesland.')
  }
  const config = {
    name: values.name,
    bundeslaender,
    model_type: values['model-type'] as NewJob['json']['model_type'],
    mixed_precision: values['mixed-precision'],
    notes: values.notes,
    tags: split([...(values.tags ?? []), ...(values.tag ?? [])]),
    ...Object.fromEntries(
      Object.keys(numbers).map((flag) => [
        flag.replaceAll('-', '_'),
        number(flag, values[flag as keyof typeof numbers]),
      ]),
    ),
  }
  const query = waiting(values.queue)
  return { values, action: { name: 'create', config: given(config), query, watch: values.watch ?? false } }
}

const waiting = (queue: boolean | undefined) => (queue ? { when_busy: 'queue' as const } : {})

/** @param wanted the number of positional arguments: none, or the job's id */
function parse<const O extends ParseArgsOptionsConfig>(args: string[], own: O, wanted: 0 | 1) {
  const parsed = parseStrictly(args, own)
  const extra = parsed.positionals[wanted]
  if (extra !== undefined) throw new UsageError(`Unexpected argument "${extra}".`)
  if (parsed.positionals.length < wanted) throw new UsageError('Missing job id; a prefix is enough.')
  return parsed
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
function split(values: string[] | undefined): string[] | undefined {
  const all = values
    ?.flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return all?.length ? all : undefined
}

/** The same for a filter: one without values would be dropped, and every job listed. */
function chosen(flag: string, values: string[] | undefined): string[] | undefined {
  const all = split(values)
  if (values !== undefined && all === undefined) throw new UsageError(`--${flag} is empty; name one, or leave it out.`)
  return all
}

function number(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (value.trim() === '' || !Number.isFinite(Number(value))) throw new UsageError(`--${flag} takes a number.`)
  return Number(value)
}

/** The fields without the undefined ones: the service fills in its defaults. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
