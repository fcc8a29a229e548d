/// <reference lib="es2025.intl" />
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'
import { describe as describeJob } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { newJob, startMs } from './jobs.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '', origin: 'http://stellwerk.test' })
vi.stubGlobal('addEventListener', () => {})
const { steeringOf } = await import('../../src/dashboard/domain/steering.ts')
const { lostBy } = await import('../../src/dashboard/domain/lost.ts')
const { chooseLanguage, t } = await import('../../src/dashboard/i18n/text.ts')
const { remainingOf } = await import('../../src/dashboard/live/state.ts')

beforeEach(() => chooseLanguage('en'))

const simulated: JobSnapshot = describeJob(viewOf(newJob(), startMs))
const attempt: NonNullable<JobSnapshot['attempt']> = {
  number: 1,
  runner: 'gpu-1',
  claimed_at: '2026-11-01T08:00:00.000Z',
  heard_at: null,
  progressed_at: null,
  silent_since: null,
  stalled_since: null,
  lost_at: null,
  lost_after_s: 600,
  resumed_from_step: null,
  ended: null,
}
const ofRunner: JobSnapshot = { ...simulated, trainer: 'runner', attempt, waiting_for: null }

describe('a job that runners train', () => {
  test('can be paused while its runner validates, unlike a simulated one', () => {
    expect(steeringOf({ ...ofRunner, status: 'validating' })).toBe('pause')
    expect(steeringOf({ ...simulated, status: 'validating' })).toBeNull()
    const over = { ...attempt, ended: 'completed' as const }
    expect(steeringOf({ ...ofRunner, status: 'validating', attempt: over })).toBeNull()
  })

  test('can have its pause withdrawn until that has happened', () => {
    const requested: NonNullable<JobSnapshot['requested']> = {
      id: 1,
      what: 'pause',
      at: attempt.claimed_at,
      by: null,
      grace_s: 60,
      seen_at: null,
      stopping_at: null,
    }
    expect(steeringOf({ ...ofRunner, status: 'validating', requested })).toBe('resume')
  })

  test('is not said to have trained nothing, or all of its epochs, when it is cancelled or deleted', () => {
    const begun = { ...ofRunner, started_at: attempt.claimed_at }
    for (const status of ['queued', 'preparing', 'training', 'validating', 'paused'] as const) {
      expect(lostBy('cancel', { ...begun, status })[0]).toBe(t('jobs.trainingLost'))
    }
    expect(lostBy('cancel', { ...ofRunner, status: 'queued' })[0]).toBe(t('jobs.cancelBefore'))
    expect(lostBy('delete', { ...begun, status: 'queued' })[0]).toBe(t('jobs.trainingLost'))
    // It waits for a runner, and has no position in the queue to lose.
    expect(lostBy('delete', { ...ofRunner, status: 'queued' })[0]).toBe(t('jobs.cancelBefore'))
    expect(lostBy('delete', { ...simulated, status: 'queued', queue_position: 2 })[0]).toBe(t('jobs.deleteWaiting'))
    expect(lostBy('delete', { ...begun, status: 'completed' })).not.toContain(t('jobs.trainingLost'))
  })

  test('of a script that opened it itself is not said to end that script when it is cancelled', () => {
    expect(lostBy('cancel', { ...ofRunner, trainer: 'mlflow', status: 'training' })[0]).toBe(t('jobs.cancelScript'))
  })

  test('has no time left that is known, once it takes longer than was expected', () => {
    const at = (ms: number) => new Date(startMs + ms).toISOString()
    const left = (job: JobSnapshot, ms: number | null) =>
      remainingOf({ ...job, estimated_completion: ms === null ? null : at(ms) }, startMs)
    expect([left(ofRunner, 7_000), left(ofRunner, 0), left(ofRunner, -1), left(ofRunner, null)]).toEqual([
      7_000,
      null,
      null,
      null,
    ])
    const cancel = { requested: { what: 'cancel' } } as JobSnapshot
    expect(left({ ...ofRunner, ...cancel }, 7_000)).toBeNull()
    // A simulated one ends when it says.
    expect([left(simulated, 7_000), left(simulated, -1)]).toEqual([7_000, 0])
  })
})
