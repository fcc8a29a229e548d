import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { readText } from '../../http/read-body.ts'
import { refuseWord, tokenHashOf } from '../../jobs/http/refuse-word.ts'
import type { WordRefusal } from '../../jobs/rules/refusals.ts'
import type { RunLog } from '../../jobs/rules/run.ts'
import { changeRun } from '../../jobs/runs.ts'
import { BODY_BYTES_MAX, KUBEFLOW_ANSWER_MS } from '../../platform/limits.ts'

/**
 * The door for the progress callback that Transformers ships for Kubeflow. It posts its last metrics every five seconds, as
 * text, and blocks the training step until it is answered; it counts nothing but 200 as an answer, and never sends again.
 */
export const kubeflow = new Hono<AppEnv>().post('/jobs/:id/kubeflow', async (c) => {
  const id = c.req.param('id')
  const body = await readText(c.req.raw, BODY_BYTES_MAX)
  const change = { do: 'log', log: logIn('text' in body ? body.text : '', Date.now()), source: 'kubeflow' } as const
  const stored = changeRun(c.env, id, { tokenHash: tokenHashOf(c) }, change).catch(() => null)
  c.executionCtx.waitUntil(stored)
  const answer = await Promise.race([stored, scheduler.wait(KUBEFLOW_ANSWER_MS)])
  if (answer && 'reason' in answer) return refuseWord(c as Context<AppEnv>, answer as WordRefusal)
  if (answer) noteValidJobToken(c)
  c.set('isUnlogged', true)
  return c.json({}, 200)
})

/** What a post says; what is no number is left out. */
export function logIn(text: string, nowMs: number): RunLog {
  const numbers = new Map<string, number>()
  for (const { name, value } of metricsIn(text)) {
    const number = typeof name === 'string' ? numberIn(value) : null
    if (number !== null) numbers.set(name as string, number)
  }
  const whole = (name: string) => {
    const value = numbers.get(name)
    return Number.isSafeInteger(value) ? value : undefined
  }
  const [step, totalSteps, epoch] = [whole('current_step'), whole('total_steps'), numbers.get('current_epoch')]
  for (const name of ['current_step', 'total_steps', 'current_epoch']) numbers.delete(name)
  return {
    values: [...numbers].map(([name, value]) => ({ name, value, step: step ?? null, timestampMs: nowMs })),
    params: [],
    tags: [],
    ...(step === undefined ? {} : { step }),
    ...(epoch === undefined || !Number.isFinite(epoch) ? {} : { epoch }),
    ...(totalSteps === undefined || totalSteps < 1 ? {} : { totalSteps }),
  }
}

type SentMetric = { name?: unknown; value?: unknown }

function metricsIn(text: string): SentMetric[] {
  try {
    const metrics = JSON.parse(text)?.trainerStatus?.metrics
    return Array.isArray(metrics) ? metrics.filter((one) => typeof one === 'object' && one !== null) : []
  } catch {
    return []
  }
}

/** A number, also as Python writes it. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return null
  const named = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }[
    value.toLowerCase()
  ]
  const number = named ?? Number(value)
  return named === undefined && Number.isNaN(number) ? null : number
}
