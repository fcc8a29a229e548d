import { parseArgs } from 'node:util'
import { varsOn } from './vars.ts'

/** What the arguments of `npm start` say. */
export type Options = {
  /** Those that `wrangler dev` gets. */
  passed: string[]
  /** Those of them that its commands on the database need as well. */
  shared: string[]
  /** Whether wrangler's whole output is shown. */
  isVerbose: boolean
  /** Whether only wrangler's help is wanted. */
  wantsHelp: boolean
  /** NaN if it was given as something other than a number. */
  port: number
  /** Where the server listens: hosts to try the port on. */
  hosts: string[]
  /** The server's address for people and for this script. */
  url: string
  /** Whether other machines could reach the server. */
  isReachable: boolean
  /** The folder that it keeps its state in, relative to the project's. */
  state: string
  /** The environment of wrangler.toml that was chosen. */
  env: string | undefined
  /** The names of the vars on the command line. */
  vars: string[]
  /** Those of them that are secrets. */
  secrets: string[]
}

/** Reads the arguments of `npm start`: all but `--verbose` are for `wrangler dev`. */
export function readOptions(args: string[]): Options {
  const vars = varsOn(args)
  const { values } = parseArgs({
    args,
    strict: false,
    options: {
      port: { type: 'string' },
      ip: { type: 'string' },
      config: { type: 'string', short: 'c' },
      env: { type: 'string', short: 'e' },
      'persist-to': { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const ip = typeof values.ip === 'string' ? values.ip : 'localhost'
  const port = Number(values.port ?? 8787)
  const host = ['*', '0.0.0.0', '::'].includes(ip) ? 'localhost' : ip
  return {
    passed: [
      // Always set the address: wrangler.toml could have another one, and a client that can connect could forge its headers.
      ...(values.port === undefined ? ['--port', String(port)] : []),
      ...(values.ip === undefined ? ['--ip', ip] : []),
      ...args.filter((arg) => arg !== '--verbose'),
    ],
    shared: (['config', 'env', 'persist-to'] as const).flatMap((name) =>
      values[name] === undefined ? [] : [`--${name}=${values[name]}`],
    ),
    isVerbose: values.verbose === true,
    wantsHelp: values.help === true,
    port,
    hosts: ip === 'localhost' ? ['127.0.0.1', '::1'] : [ip === '*' ? '0.0.0.0' : ip],
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    isReachable:
      args.some((arg) => /^(-r|--remote|--tunnel)\b/.test(arg)) || !['localhost', '127.0.0.1', '::1'].includes(ip),
    state: typeof values['persist-to'] === 'string' ? values['persist-to'] : '.wrangler',
    env: typeof values.env === 'string' ? values.env : undefined,
    vars,
    secrets: vars.filter((name) => name === 'ADMIN_TOKEN' || name === 'SESSION_SECRET'),
  }
}
