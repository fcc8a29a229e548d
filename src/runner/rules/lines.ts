import { nonFiniteNames } from '../../shared/metric-value.ts'

/** What a training process says in the lines of its standard output: `::metrics {…}`, `::completed {…}`, or output. */

/** A metric's value as it stands in a report. */
export type Value = number | (typeof nonFiniteNames)[number]
export type Values = Record<string, Value>

/** What a line says. A `null` step is the latest one. */
export type Said =
  | { is: 'output' }
  | {
      is: 'metrics'
      step: number | null
      epoch: number | null
      totalSteps: number | null
      phase: 'training' | 'validating' | null
      metrics: Values
    }
  | { is: 'completed'; metrics: Values }

const output: Said = { is: 'output' }

/** Reads a line. What is not understood is output, so that its author sees it. */
export function readLine(text: string): Said {
  const [, name, json = ''] = /^::(metrics|completed)(?:\s+(.*))?$/.exec(text) ?? []
  if (name === undefined) return output
  if (name === 'completed' && json.trim() === '') return { is: 'completed', metrics: {} }
  const said = parse(json)
  if (said === null) return output
  const { step = null, epoch = null, total_steps: totalSteps = null, phase = null, ...others } = said
  const metrics = valuesIn(others)
  if (name === 'completed') return { is: 'completed', metrics }
  if (!isWholeOr(step) || !isWholeOr(totalSteps)) return output
  return {
    is: 'metrics',
    step,
    epoch: typeof epoch === 'number' ? epoch : null,
    totalSteps: totalSteps !== null && totalSteps > 0 ? totalSteps : null,
    phase: phase === 'training' || phase === 'validating' ? phase : null,
    metrics,
  }
}

const isWholeOr = (value: unknown): value is number | null => value === null || Number.isSafeInteger(value)

/** Every number by its name. Python writes those that are not finite as JSON does not allow. */
function valuesIn(members: Record<string, unknown>): Values {
  const values = Object.entries(members).filter(
    ([name, value]) => name !== '' && (typeof value === 'number' || nonFiniteNames.includes(value as never)),
  )
  return Object.fromEntries(values) as Values
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(quoteNonFinite(json))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

const quoteNonFinite = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) => (found.startsWith('"') ? found : `"${found}"`))
