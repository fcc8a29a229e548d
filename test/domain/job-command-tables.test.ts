import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { jobTable } from '../../scripts/job/format.ts'
import { confirmGiveUp } from '../../scripts/job/give-up.ts'
import { attemptTable, runnerTable } from '../../scripts/job/runners.ts'
import { moment } from '../../scripts/job/text.ts'
import type { AttemptRecord, JobSnapshot, RunnerRecord } from '../../src/client/index.ts'
import { describe as describeJob } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { newJob, startMs } from './jobs.ts'
import { scripted } from './scripted.ts'

const since = '2026-11-01T08:05:03.000Z'
const job: JobSnapshot = { ...describeJob(viewOf(newJob(), startMs)), documents_processed: null, current_epoch: null }
const attempt = {
  number: 2,
  runner: 'gpu-1',
  claimed_at: since,
  heard_at: since,
  progressed_at: null,
  silent_since: null,
  stalled_since: null,
  lost_at: null,
  lost_after_s: 600,
  resumed_from_step: null,
  ended: null,
} satisfies JobSnapshot['attempt']
const live: JobSnapshot = { ...job, id: '5f0c6c5e-aaaa', status: 'training', attempt, waiting_for: null }

test('a list says what a job waits for, what was requested, and whether its runner is heard', () => {
  const requested = {
    id: 1,
    what: 'cancel',
    at: since,
    by: null,
    grace_s: 60,
    seen_at: null,
    stopping_at: null,
  } as const
  const jobs: JobSnapshot[] = [
    { ...live, status: 'queued', waiting_for: 'runner', attempt: null },
    { ...live, requested },
    { ...live, requested, attempt: { ...attempt, silent_since: since } },
    { ...live, attempt: { ...attempt, silent_since: since }, waiting_for: 'runner' },
    { ...live, attempt: { ...attempt, stalled_since: since } },
    { ...live, status: 'completed', progress: 100, attempt: { ...attempt, ended: 'completed' } },
  ]
  const rows = jobTable(jobs, 'UTC').map((line) => line.split(/ {2,}/).slice(3, 5))
  expect(rows).toEqual([
    ['STATUS', 'PROGRESS'],
    ['queued, waits for runner', '–'],
    ['training, cancellation requested', '–'],
    ['training, not heard', '–'],
    ['training, runner lost', '–'],
    ['training, no progress', '–'],
    ['completed', '100 %'],
  ])
})

test('runners are shown with their job and when it heard them; without one, as precisely as that is known', () => {
  const runner: RunnerRecord = {
    name: 'gpu-1',
    actor: 'token:cellar',
    version: '1.0.0',
    labels: { gpu: 'H100', room: 'cellar' },
    seen_at: since,
    since,
    left_at: null,
    job_id: live.id,
    last_job: { id: live.id, name: 'Zeugnisse', ended: null },
  }
  const idle = { ...runner, name: 'gpu-2', version: null, labels: {}, job_id: null, last_job: null }
  const jobs = new Map([[live.id, live]])
  const after = (minutes: number) => Date.parse(since) + minutes * 60_000
  expect(runnerTable([runner, idle], jobs, after(9), 'UTC')).toEqual([
    'RUNNER  VERSION  JOB                HEARD                              CREDENTIAL    LABELS',
    'gpu-1   1.0.0    5f0c6c5e training  last 2026-11-01 08:05:03           token:cellar  gpu=H100 room=cellar',
    'gpu-2   –        –                  asked within the last ten minutes  token:cellar',
  ])
  const asked = `last asked within ten minutes of 2026-11-01 08:05:03`
  expect(runnerTable([idle], jobs, after(11), 'UTC')[1]).toContain(asked)
  expect(runnerTable([{ ...idle, left_at: since }], jobs, after(9), 'UTC')[1]).toContain('ended 2026-11-01 08:05:03')
  // Its attempt is another's by now.
  const taken = new Map([[live.id, { ...live, attempt: { ...attempt, runner: 'gpu-3' } }]])
  expect(runnerTable([runner], taken, after(11), 'UTC')[1]).toContain(`–    ${asked}`)
  expect(runnerTable([], jobs, after(0))).toEqual(['No runner has asked for a job within a day.'])
})

test('attempts are shown with their steps, where they began, and how they ended', () => {
  const first: AttemptRecord = {
    number: 1,
    runner: 'gpu-1',
    claimed_at: since,
    confirmed_at: since,
    ended: 'given_up',
    ended_at: '2026-11-01T08:10:00.000Z',
    resumed_from: null,
    checkpoint: null,
    from_step: 0,
    to_step: 130,
    superseded_from: 121,
  }
  const unheard = {
    ...first,
    number: 2,
    confirmed_at: null,
    ended: 'replaced',
    from_step: null,
    to_step: null,
  } as const
  const second = {
    ...first,
    ...{ number: 3, ended: null, ended_at: null, superseded_from: null, from_step: 121 },
    resumed_from: { step: 120, checkpoint: 'checkpoints/step-120' },
  }
  expect(attemptTable([first, { ...unheard, superseded_from: null }, second], 'UTC')).toEqual([
    '#  RUNNER  CLAIMED              RESUMED FROM   STEPS    SUPERSEDED  ENDED',
    '1  gpu-1   2026-11-01 08:05:03  the beginning  0–130    from 121    given up 2026-11-01 08:10:00',
    '2  gpu-1   2026-11-01 08:05:03  the beginning  –                    never confirmed 2026-11-01 08:10:00',
    '3  gpu-1   2026-11-01 08:05:03  step 120       121–130              live',
  ])
  expect(attemptTable([])).toEqual(['No runner has claimed the job.'])
})

describe('giving an attempt up', () => {
  /** The answer to a person's reply, and what that person was asked. */
  async function asked(reply: string, shown: JobSnapshot) {
    const { client } = scripted(Response.json(shown, { headers: { ETag: '"5-120-h1"' } }))
    const [stdin, stderr] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()]
    stdin.write(`${reply}\n`)
    const answer = await confirmGiveUp(client, shown.id, { stdin, stderr } as never)
    return { answer, question: String(stderr.read() ?? '') }
  }

  test('asks, and does it only to the attempt that was named', async () => {
    const { answer, question } = await asked('y', { ...live, name: 'A\u001b[2J' })
    expect(answer).toEqual({ 'If-Match': '"5-120-h1"' })
    expect(question).toContain(`A [2J, attempt 2 of runner gpu-1, last heard ${moment(since)}.`)
    expect(question).toMatch(/process may still run.*\nGive it up\? \[y\/N\] /)
    for (const reply of ['', 'n', 'yesterday']) expect((await asked(reply, live)).answer).toBeNull()
  })

  test('asks nothing where there is nothing to give up: the service says so', async () => {
    const over = { ...live, attempt: { ...attempt, ended: 'paused' as const } }
    expect(await asked('n', over)).toEqual({ answer: {}, question: '' })
  })
})
