import type { InferRequestType } from 'hono/client'
import type { Client } from '../../src/client/index.ts'
import { flag, given, list, number, parse, split, text } from './flags.ts'
import { UsageError } from './usage.ts'

type NewJob = InferRequestType<Client['api']['v1']['admin']['training']['jobs']['$post']>

/** A new job. The id in `resumeFrom` may be a prefix. */
export type CreateAction = {
  name: 'create'
  config: NewJob['json']
  query: NewJob['query']
  resumeFrom: { id: string; step: number | undefined } | undefined
  watch: boolean
}

const numbers = {
  epochs: text,
  'batch-size': text,
  'learning-rate': text,
  'warmup-steps': text,
  'weight-decay': text,
  'gradient-accumulation': text,
  'max-attempts': text,
} as const

const own = {
  name: text,
  bundesland: list,
  'model-type': text,
  'mixed-precision': flag,
  notes: text,
  tags: list,
  tag: list,
  trainer: text,
  param: list,
  'resume-from': text,
  queue: flag,
  watch: flag,
  ...numbers,
} as const

/** Reads the flags of a new job, which the service validates. */
export function readCreate(args: string[]) {
  const { values } = parse(args, own, 0)
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
    trainer: values.trainer as NewJob['json']['trainer'],
    params: values.param && paramsOf(values.param),
    ...Object.fromEntries(
      Object.keys(numbers).map((flag) => [
        flag.replaceAll('-', '_'),
        number(flag, values[flag as keyof typeof numbers]),
      ]),
    ),
  }
  const resumeFrom = values['resume-from'] === undefined ? undefined : checkpointOf(values['resume-from'])
  const query = waiting(values.queue)
  const watch = values.watch ?? false
  const action: CreateAction = { name: 'create', config: given(config), query, resumeFrom, watch }
  return { values, action }
}

/** Whether a job may wait for a slot, as the service is asked. */
export const waiting = (queue: boolean | undefined) => (queue ? { when_busy: 'queue' as const } : {})

/** `seed=17`: the value may be empty, and may have equals signs itself. */
function paramsOf(values: string[]): Record<string, string> {
  const pairs = values.map((value): [string, string] => {
    const at = value.indexOf('=')
    if (at < 1) throw new UsageError('--param takes key=value.')
    return [value.slice(0, at), value.slice(at + 1)]
  })
  const repeated = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) < at)
  if (repeated !== undefined) throw new UsageError(`--param ${repeated[0]} is given twice.`)
  return Object.fromEntries(pairs)
}

/** `5f0c` or `5f0c:120`. */
function checkpointOf(value: string): { id: string; step: number | undefined } {
  const [id = '', step, ...rest] = value.split(':')
  if (id === '' || rest.length > 0 || (step !== undefined && !/^\d+$/.test(step))) {
    throw new UsageError('--resume-from takes a job id, and a step after a colon.')
  }
  return { id, step: step === undefined ? undefined : Number(step) }
}
