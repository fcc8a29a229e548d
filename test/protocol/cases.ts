import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** Any value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Who sends a request: `operator`, `runner` or `nobody`; or a variable that holds a token. */
export type Sender = string

/**
 * A request, and what must be answered. README.md, beside the cases, explains each field, for those who read them with
 * another program.
 */
export type Step = {
  /** The method, and the path below `/api/v1/admin/training`. */
  request: string
  as: Sender
  /** Variables to set before the request. */
  set?: Record<string, Json>
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: Json
  /** Sent as it is. */
  text?: string
  /** The status of the answer. */
  status: number
  /** A part of the answer. */
  answer?: Json
  /** Variables, and where in the answer their values are: names and indexes, separated by dots. */
  keep?: Record<string, string>
  /** The request is repeated for so long until it is answered like this. Without it, the first answer counts. */
  within_s?: number
}

/** A promise of the protocol, and the steps that check it. */
export type Case = { promise: string; steps: Step[] }

/** The cases of one file. */
export type Theme = { theme: string; cases: Case[] }

type Written = (Step | string)[]
type File = { theme: string; cases: { promise: string; steps: Written }[] }

const folder = fileURLToPath(new URL('.', import.meta.url))
const read = (name: string) => parse(readFileSync(folder + name, 'utf8')) as unknown

/** All cases, by theme. A step that is only a name stands for the steps that `common.yaml` has under it. */
export function readThemes(): Theme[] {
  const common = read('common.yaml') as Record<string, Written>
  const stepsOf = (steps: Written): Step[] =>
    steps.flatMap((step) => {
      if (typeof step !== 'string') return [step]
      const named = common[step]
      if (named === undefined) throw new Error(`common.yaml has no steps named ${step}`)
      return stepsOf(named)
    })
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'common.yaml')
  return names.sort().map((name) => {
    const { theme, cases } = read(name) as File
    return { theme, cases: cases.map(({ promise, steps }) => ({ promise, steps: stepsOf(steps) })) }
  })
}
