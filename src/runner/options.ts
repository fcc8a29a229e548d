import { readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { modelTypes } from '../shared/model-types.ts'
import { codeOf } from './files.ts'

/** The command line is not valid. The message is a sentence. */
export class UsageError extends Error {}

export type Options = {
  url: string
  token: string | null
  name: string
  modelTypes: string[]
  labels: Record<string, string>
  /** One job, and how it ends is the exit status. */
  once: boolean
  workdir: string
  softGraceMs: number
  hasSystemMetrics: boolean
  /** Whether the process gets the variables of clients that others made. */
  mlflow: boolean
  kubeflow: boolean
  command: [string, ...string[]]
}

/** Seconds between the wish that a process ends and SIGTERM. */
const SOFT_GRACE_S = 10

/** @throws UsageError */
export function readOptions(argv: string[], env: NodeJS.ProcessEnv): Options | 'help' | 'version' {
  const dashes = argv.indexOf('--')
  const own = dashes < 0 ? argv : argv.slice(0, dashes)
  const [program, ...args] = dashes < 0 ? [] : argv.slice(dashes + 1)
  const values = parse(own)
  if (values.help) return 'help'
  if (values.version) return 'version'
  if (program === undefined)
    throw new UsageError('What should train? Put the command after --, as in -- python train.py')
  const name = values.name ?? hostname()
  if (!/^[^\p{C}\p{Z}](?:.{0,98}[^\p{C}\p{Z}])?$/u.test(name)) throw new UsageError('--name takes 1 to 100 characters.')
  return {
    url: addressIn(values.url ?? (env.STELLWERK_URL || 'http://localhost:8787')),
    token: values['token-file'] === undefined ? env.STELLWERK_TOKEN || null : tokenIn(values['token-file']),
    name,
    modelTypes: typesIn(values['model-type'] ?? []),
    labels: labelsIn(values.label ?? []),
    once: values.once ?? false,
    workdir: resolve(values.workdir ?? join(homedir(), '.stellwerk', name.replace(/[^\w.-]/g, '_'))),
    softGraceMs: secondsIn(values['soft-grace'], SOFT_GRACE_S) * 1_000,
    hasSystemMetrics: values['system-metrics'] ?? true,
    mlflow: values.mlflow ?? true,
    kubeflow: values.kubeflow ?? true,
    command: [program, ...args],
  }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const list = { type: 'string', multiple: true } as const

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowNegative: true,
      options: {
        url: text,
        'token-file': text,
        name: text,
        'model-type': list,
        label: list,
        once: flag,
        workdir: text,
        'soft-grace': text,
        'system-metrics': flag,
        mlflow: flag,
        kubeflow: flag,
        help: { ...flag, short: 'h' },
        version: flag,
      },
    }).values
  } catch (error) {
    // Its first sentence says what is wrong, the others explain the parser.
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]}.`)
  }
}

function addressIn(value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw new UsageError('--url takes an http or https address.')
  const { origin, pathname } = new URL(value)
  return origin + pathname.replace(/\/+$/, '')
}

function tokenIn(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim()
    if (/^[!-~]+$/.test(token)) return token
    throw new UsageError(`${file} holds no token.`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The token in ${file} cannot be read: ${codeOf(error)}.`)
  }
}

function typesIn(values: string[]): string[] {
  const types = values.flatMap((value) => value.split(',')).map((value) => value.trim())
  const unknown = types.find((type) => !(modelTypes as readonly string[]).includes(type))
  if (unknown !== undefined) throw new UsageError(`--model-type takes ${modelTypes.join(', ')}.`)
  return types
}

function labelsIn(values: string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const [name = '', ...rest] = value.split('=')
      if (name === '' || rest.length === 0) throw new UsageError('--label takes name=value.')
      return [name, rest.join('=')]
    }),
  )
}

function secondsIn(value: string | undefined, otherwise: number): number {
  const seconds = value === undefined ? otherwise : Number(value)
  if (value?.trim() === '' || !(seconds >= 0 && seconds <= 1_800))
    throw new UsageError('--soft-grace takes seconds from 0 to 1800.')
  return seconds
}
