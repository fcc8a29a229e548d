import { parseArgs } from 'node:util'
import { UsageError } from '../job/usage.ts'

/** The source of the objects' ids. */
export type Source =
  | { from: 'state'; folder: string | undefined }
  | { from: 'cloudflare' }
  | { from: 'file'; file: string }

/** The command to run. `worker`: the name under which the Worker is deployed. */
export type Command = { url: string; token: string | undefined; worker: string; source: Source }

type Env = Record<string, string | undefined>

/** Parses a command line; `null` requests help. @throws UsageError for an invalid command line */
export function readCommand(argv: string[], env: Env): Command | null {
  if (argv.some((arg) => arg === '--help' || arg === '-h')) return null
  const values = parse(argv)
  const url = values.url ?? (env.STELLWERK_URL || 'http://localhost:8787')
  return {
    url,
    token: env.STELLWERK_TOKEN || undefined,
    worker: values.worker ?? 'stellwerk',
    source: sourceOf(values, isOnThisMachine(url)),
  }
}

type Values = ReturnType<typeof parse>

function sourceOf({ objects, cloudflare, 'persist-to': folder }: Values, isLocal: boolean): Source {
  const given = [objects, cloudflare, folder].filter((value) => value !== undefined)
  if (given.length > 1) throw new UsageError('Give only one of --objects, --cloudflare and --persist-to.')
  if (objects !== undefined) return { from: 'file', file: objects }
  return cloudflare || (!isLocal && folder === undefined) ? { from: 'cloudflare' } : { from: 'state', folder }
}

const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

function parse(args: string[]) {
  const text = { type: 'string' } as const
  try {
    const options = {
      url: text,
      objects: text,
      worker: text,
      'persist-to': text,
      cloudflare: { type: 'boolean' },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    // Its first sentence says what is wrong, the others explain the parser.
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]}.`)
  }
}
