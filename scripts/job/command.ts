import type { InferRequestType } from 'hono/client'
import type { Client } from '../../src/client/index.ts'
import { type CreateAction, readCreate, waiting } from './create-flags.ts'
import { chosen, flag, given, list, number, parse, parseOnJob, split, text } from './flags.ts'
import { UsageError } from './usage.ts'

type Jobs = Client['api']['v1']['admin']['training']['jobs']
type Edit = InferRequestType<Jobs[':id']['$patch']>['json']
type JobFilter = InferRequestType<Jobs['$get']>['query']
type ResumeQuery = InferRequestType<Jobs[':id']['resume']['$post']>['query']
type GraceQuery = InferRequestType<Jobs[':id']['pause']['$post']>['query']

/** What is requested of a runner, which does it once it can. */
export type Stopping = 'pause' | 'cancel'

/** The command to run. */
export type Action =
  | { name: 'help' }
  | { name: 'runners' }
  | CreateAction
  | { name: 'list'; filter: JobFilter }
  | { name: 'watch'; id: string; after: string | undefined }
  | { name: 'logs'; id: string; after: number; follow: boolean }
  | { name: 'attempts'; id: string }
  | { name: 'edit'; id: string; edit: Edit }
  | { name: Stopping; id: string; query: GraceQuery; wait: boolean }
  | { name: 'resume'; id: string; query: ResumeQuery }
  | { name: 'delete'; id: string }
  | { name: 'give-up'; id: string; isConfirmed: boolean }

/** The service's address and token, and the output format. */
export type Settings = { url: string; token: string | undefined; json: boolean }

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
      return readCreate(args)
    case 'list':
      return readList(args)
    case 'runners':
      return { values: parse(args, {}, 0).values, action: { name } }
    case 'watch': {
      const { values, id } = parseOnJob(args, { after: text })
      return { values, action: { name, id, after: values.after } }
    }
    case 'logs': {
      const { values, id } = parseOnJob(args, { after: text, follow: { ...flag, short: 'f' } })
      const after = number('after', values.after) ?? 0
      return { values, action: { name, id, after, follow: values.follow ?? false } }
    }
    case 'edit': {
      const { values, id } = parseOnJob(args, { name: text, notes: text, tags: list })
      const tags = values.tags && (split(values.tags) ?? [])
      const edit = given({ name: values.name, notes: values.notes, tags })
      if (Object.keys(edit).length === 0) throw new UsageError('Specify what to change: --name, --notes or --tags.')
      return { values, action: { name, id, edit } }
    }
    case 'pause':
    case 'cancel': {
      const { values, id } = parseOnJob(args, { grace: text, wait: flag })
      const query = given({ grace_s: values.grace })
      return { values, action: { name, id, query, wait: values.wait ?? false } }
    }
    case 'resume': {
      const { values, id } = parseOnJob(args, { queue: flag })
      return { values, action: { name, id, query: waiting(values.queue) } }
    }
    case 'attempts':
    case 'delete': {
      const { values, id } = parseOnJob(args, {})
      return { values, action: { name, id } }
    }
    case 'give-up': {
      const { values, id } = parseOnJob(args, { yes: flag })
      return { values, action: { name, id, isConfirmed: values.yes ?? false } }
    }
    case undefined:
      throw new UsageError(`Missing command. Use one of ${commandNames.join(', ')}.`)
    default:
      throw new UsageError(`Unknown command "${name}".`)
  }
}

const commandNames = [
  ...(['create', 'list', 'watch', 'logs', 'edit', 'pause', 'resume', 'cancel', 'delete'] as const),
  ...(['runners', 'attempts', 'give-up'] as const),
] satisfies Action['name'][]

function readList(args: string[]): ParsedCommand {
  const own = { status: list, 'model-type': list, tag: list, limit: text, sort: text, search: text, q: text } as const
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
  return { values, action: { name: 'list', filter: given(filter) as JobFilter } }
}
