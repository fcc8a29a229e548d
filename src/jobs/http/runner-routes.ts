import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { newJobToken } from '../../auth/job-token.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { success } from '../../http/action-result.ts'
import { jsonBody } from '../../http/json-body.ts'
import { invalidResponse, problem, problemResponse } from '../../http/problem.ts'
import { rejectInvalidAs } from '../../http/validation.ts'
import {
  BODY_BYTES_MAX,
  CLAIM_LOOK_MS,
  CLAIM_LOOKS_MAX,
  REPORT_BYTES_MAX,
  REPORTS_PER_LOG_LINE,
  RETRY_AFTER_S,
} from '../../platform/limits.ts'
import { sha256 } from '../../platform/sha256.ts'
import type { SentReport } from '../object/attempts.ts'
import { claimJob, finishAttempt, leave, reportTo } from '../runners.ts'
import { JobIdParam } from './parameters.ts'
import { jobNotFoundResponse } from './refusals.ts'
import { attemptOverResponse, notAReport, refuseWord, tokenHashOf } from './refuse-word.ts'
import { ClaimedJob, ClaimInput, FinishAnswer, FinishInput, ReportAnswer, ReportInput } from './runner-schema.ts'
import { isTooOld, RUNNER_VERSION_MIN } from './runner-version.ts'

const tags = ['Runners']

const claimRoute = createRoute({
  method: 'post',
  path: '/claims',
  tags,
  summary: 'Claim a job for a runner',
  description:
    'The attempt must be confirmed by a first report within 60 s, and its process started only after that was answered. ' +
    'Repeat a claim whose answer was lost with the same `claim_id`.',
  request: { body: { required: true, content: { 'application/json': { schema: ClaimInput } } } },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'A job to train', content: { 'application/json': { schema: ClaimedJob } } },
    204: {
      description: 'Nothing to do',
      headers: z.object({
        'Retry-After': z
          .string()
          .optional()
          .openapi({
            example: String(RETRY_AFTER_S),
            description: 'Seconds until the next claim: 0 after one that has waited for 20. Not for one that leaves',
          }),
      }),
    },
    426: problemResponse(`\`This runner is too old; version ${RUNNER_VERSION_MIN} is needed\``, 'runner-too-old'),
    ...invalidResponse,
  },
})

const wordResponses = {
  ...jobNotFoundResponse,
  409: problemResponse('`Expected sequence 2`, which `expected_sequence` says', 'sequence-gap'),
  ...attemptOverResponse,
  422: problemResponse('`Not a report`: drop it, and go on', notAReport),
}

const reportRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/reports',
  tags,
  summary: 'Report on an attempt, or send a heartbeat',
  description:
    'With the token of the attempt. The same report again changes nothing and gets the same answer; `Content-Encoding: gzip` ' +
    'is allowed.',
  request: {
    params: JobIdParam,
    body: { required: true, content: { 'application/json': { schema: ReportInput } } },
  },
  middleware: jsonBody(REPORT_BYTES_MAX, { mayBeGzipped: true, invalidKind: notAReport }),
  responses: {
    200: { description: 'Taken', content: { 'application/json': { schema: ReportAnswer } } },
    ...wordResponses,
  },
})

const finishRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/finish',
  tags,
  summary: 'End an attempt',
  description: 'With the token of the attempt. The same again gets the same answer, as long as the job exists.',
  request: {
    params: JobIdParam,
    body: { required: true, content: { 'application/json': { schema: FinishInput } } },
  },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'The attempt has ended', content: { 'application/json': { schema: FinishAnswer } } },
    ...wordResponses,
  },
})

/** Of a body that is no report, a runner is told so in a way of its own. */
export const reports = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalidAs(notAReport) }).openapi(
  reportRoute,
  async (c) => {
    const answer = await reportTo(c.env, c.req.valid('param').id, tokenHashOf(c), c.req.valid('json') as SentReport)
    if ('reason' in answer) return refuseWord(c, answer)
    noteValidJobToken(c)
    c.set('isUnlogged', answer.sequence % REPORTS_PER_LOG_LINE !== 1 || c.req.valid('json').sequence === undefined)
    return c.json(answer, 200)
  },
)

/** To a runner that wants none, or for which there is no job. One that has waited as long as it may looks again at once. */
const nothingToDo = (c: Context<AppEnv>, waitedS = 0) =>
  c.body(null, 204, { 'Retry-After': waitedS * 1_000 < CLAIM_LOOK_MS * CLAIM_LOOKS_MAX ? String(RETRY_AFTER_S) : '0' })

/** What runners do: claim, finish. */
export const runners = new OpenAPIHono<AppEnv>()
  .openapi(claimRoute, async (c) => {
    const {
      runner,
      claim_id: claimId,
      version,
      model_types: modelTypes = [],
      wait_s: waitS = 0,
      leaving,
    } = c.req.valid('json')
    const actor = c.get('actor')
    if (leaving) {
      await leave(c.env, actor, runner, claimId)
      return nothingToDo(c)
    }
    const { labels = {} } = c.req.valid('json')
    const request = {
      ...{ runner, claimId, version, labels, modelTypes, waitS, actor },
      isTooOld: version !== undefined && isTooOld(version),
      signal: c.req.raw.signal,
    }
    const claimed = await claimJob(c.env, c.executionCtx, request, newJobToken)
    if (claimed === 'too_old') {
      return problem(c, 426, `This runner is too old; version ${RUNNER_VERSION_MIN} is needed`, {
        kind: 'runner-too-old',
      })
    }
    // A runner that waits asks three times a minute.
    c.set('isUnlogged', claimed === null)
    if (claimed === null) return nothingToDo(c, waitS)
    noteValidJobToken(c, await sha256(claimed.token))
    return c.json(claimed, 200)
  })
  .openapi(finishRoute, async (c) => {
    const { outcome, sequence, error_message, exit_status, signal, checkpoint, metrics } = c.req.valid('json')
    const finished = await finishAttempt(c.env, c.executionCtx, c.req.valid('param').id, tokenHashOf(c), {
      outcome,
      sequence,
      ...(error_message === undefined ? {} : { errorMessage: error_message }),
      ...(exit_status === undefined ? {} : { exitStatus: exit_status }),
      ...(signal === undefined ? {} : { signal }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(metrics === undefined ? {} : { metrics }),
    })
    if ('reason' in finished) return refuseWord(c, finished)
    noteValidJobToken(c)
    const { dropped } = finished
    const leftOut = dropped.map(({ part, metric, why }) => `${metric ?? part}: ${why}`).join('; ')
    const message = `The attempt has ended: ${outcome}${leftOut && `. Left out: ${leftOut}`}`
    return c.json({ ...success(message), dropped }, 200)
  })
