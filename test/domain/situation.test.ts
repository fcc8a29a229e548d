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
const { addTexts, chooseLanguage } = await import('../../src/dashboard/i18n/text.ts')
const { attempts: en } = await import('../../src/dashboard/i18n/en/attempts.ts')
const { attempts: de } = await import('../../src/dashboard/i18n/de/attempts.ts')
const { holderLines, situationOf } = await import('../../src/dashboard/features/job/attempts/sentences.ts')
const { attemptToGiveUp, consequencesOf } = await import('../../src/dashboard/features/job/attempts/giving-up.ts')
const { conditionOf } = await import('../../src/dashboard/domain/condition.ts')

addTexts({ en: { attempts: en }, de: { attempts: de } })
beforeEach(() => chooseLanguage('en'))

/** A moment so many seconds before now. */
const ago = (s: number) => new Date(startMs - s * 1_000).toISOString()

const attempt: NonNullable<JobSnapshot['attempt']> = {
  number: 2,
  runner: 'gpu-1',
  claimed_at: ago(900),
  heard_at: ago(5),
  progressed_at: ago(5),
  silent_since: null,
  stalled_since: null,
  lost_at: null,
  lost_after_s: 600,
  resumed_from_step: 120,
  ended: null,
}
const requested: NonNullable<JobSnapshot['requested']> = {
  ...{ id: 1, what: 'pause', at: ago(12), by: 'anna', grace_s: 60 },
  ...{ seen_at: null, stopping_at: null },
}
const job: JobSnapshot = {
  ...describeJob(viewOf(newJob(), startMs)),
  ...{ trainer: 'runner', status: 'training', waiting_for: null, attempt },
}
const offered = { waiting_for: 'runner', offered_at: ago(70), waits_until: null } as const
const silent = { ...attempt, heard_at: ago(130), silent_since: ago(130) }
const lost = { ...attempt, silent_since: ago(680), lost_at: ago(70) }
const checkpoint = { step: 300, checkpoint: 'checkpoints/step-300' }

/** What is said of a job, as one text. */
function said(changed: Partial<JobSnapshot>, step: number | null = 340): string | null {
  const one = { ...job, ...changed }
  const situation = situationOf({ job: one, status: one.status, step }, startMs)
  return situation && [situation.headline, ...situation.details].join(' | ')
}

describe('of a job with a runner, the page says', () => {
  test('nothing beside the status while its runner is heard and does what it should', () => {
    expect(said({})).toBeNull()
    expect(said({ status: 'validating' })).toBeNull()
  })

  test('that it waits for one, since when, and how it will begin', () => {
    const waits = { ...offered, status: 'queued', attempt: null } as const
    expect(said(waits)).toBe('Waiting for a runner for 1:10 min')
    expect(said({ ...waits, attempt: { ...attempt, ended: 'released' } })).toBe(
      'Waiting for a runner for 1:10 min | There is no checkpoint: the next attempt starts from the beginning.',
    )
    expect(said({ ...waits, checkpoint, attempt: { ...attempt, ended: 'released' } })).toBe(
      'Waiting for a runner for 1:10 min | The next attempt resumes from the checkpoint at step 300.',
    )
  })

  test('that a claim is not confirmed yet', () => {
    const claimed = { ...attempt, claimed_at: ago(7), heard_at: null }
    expect(said({ status: 'preparing', attempt: claimed })).toMatch(
      /^gpu-1 claimed the job 0:07 min ago and has not confirmed it yet/,
    )
  })

  test('for how long it was not heard, and what follows when', () => {
    const unknown = ' | What gpu-1 is doing is unknown: the process may still be running.'
    expect(said({ attempt: silent })).toBe(`Not heard from for 2:10 min; offered to others after 10:00 min${unknown}`)
    expect(said({ attempt: silent, losses: job.max_attempts - 1 })).toBe(
      `Not heard from for 2:10 min; lost after 10:00 min, and offered to nobody else${unknown}`,
    )
    // Whether it is lost is looked at once a minute.
    expect(said({ attempt: { ...silent, silent_since: ago(610) } })).toBe(`Not heard from for 10:10 min${unknown}`)
  })

  test('that what was requested of a silent runner happens without it', () => {
    const text = said({ attempt: silent, requested: { ...requested, what: 'cancel' } })
    expect(text).toMatch(
      /^Not heard from for 2:10 min; after 10:00 min it is given up, and the job is cancelled \| What gpu-1/,
    )
    expect(text).toContain('Cancellation requested 0:12 min ago | gpu-1 has not seen the request yet.')
  })

  test('that it is lost, who may take it over from where, and until when', () => {
    expect(said({ ...offered, attempt: lost, checkpoint, losses: 1 })).toBe(
      'Lost gpu-1 at step 340: not heard from for 11:20 min | The job is offered to others. If gpu-1 is heard from before another ' +
        'runner has taken over, it continues. | The next attempt resumes from the checkpoint at step 300.',
    )
    expect(said({ ...offered, waits_until: ago(-3_600), attempt: lost }, null)).toMatch(
      /^Lost gpu-1: not heard from for 11:20 min \|.*If no runner takes the job by .*, it fails\.$/,
    )
    expect(said({ ...offered, waiting_for: null, attempt: lost })).toContain('Another runner has claimed the job')
    expect(said({ ...offered, offered_at: null, attempt: lost, losses: 3 })).toContain(
      'Attempts were lost 3 times, the maximum: the job is offered to nobody else and waits for gpu-1.',
    )
  })

  test('that it is heard, and brings nothing', () => {
    expect(said({ attempt: { ...attempt, stalled_since: ago(14 * 60) } })).toBe(
      'Heard from, but no new step or output for 14:00 min',
    )
  })

  test.each([
    [{}, 'Pause requested 0:12 min ago | gpu-1 has not seen the request yet. | Requested by anna.'],
    [{ seen_at: ago(10) }, 'Pausing for 0:12 min: gpu-1 has seen the request | Requested by anna.'],
    [
      { seen_at: ago(10), stopping_at: ago(9) },
      'Pausing for 0:12 min: the process is saving and stopping | It has 0:50 min left for that. | Requested by anna.',
    ],
    [
      { at: ago(80), by: null, seen_at: ago(75), stopping_at: ago(70) },
      'Pausing for 1:20 min: the process is saving and stopping | The 1:00 min that it had for that are over.',
    ],
    [{ what: 'cancel', seen_at: ago(10) }, 'Cancelling for 0:12 min: gpu-1 has seen the request | Requested by anna.'],
  ] as const)('how far a request has come, and no further: %o', (progress, text) => {
    expect(said({ requested: { ...requested, ...progress } })).toBe(text)
  })

  test('where it is paused, and where it will resume', () => {
    const paused = { status: 'paused', attempt: { ...attempt, ended: 'paused' } } as const
    expect(said({ ...paused, checkpoint })).toBe('Paused at step 340; resumes from the checkpoint at step 300')
    expect(said(paused)).toBe('Paused at step 340 without a checkpoint; resumes from the beginning')
    expect(said(paused, null)).toBe('Paused without a checkpoint; resumes from the beginning')
    // A simulated job resumes where it stopped, and has no checkpoints.
    expect(said({ ...paused, trainer: 'simulated', attempt: null })).toBeNull()
  })

  test('that the process of an attempt that was given up may still run', () => {
    const given = { status: 'cancelled', attempt: { ...attempt, ended: 'given_up' } } as const
    expect(said(given)).toBe('The attempt of gpu-1 was given up; its process may still be running')
  })

  test('no negative time where the clock of this machine is behind', () => {
    expect(said({ requested: { ...requested, at: ago(-5) } })).toMatch(/^Pause requested 0:00 min ago/)
  })

  test('who has it, from where it resumed, and how often it was lost', () => {
    const lines = (changed: Partial<JobSnapshot>) => {
      const one = { ...job, ...changed }
      return holderLines({ job: one, status: one.status, step: null }, startMs)
    }
    expect(lines({ losses: 1 })).toEqual(['Runner gpu-1, attempt 2, resumed from step 120', '1 of 3 attempts lost'])
    expect(lines({ attempt: { ...attempt, ended: 'completed' } })).toEqual(['Last runner gpu-1, attempt 2'])
    expect(lines({ attempt: null })).toEqual([])
  })
})

describe('of a run that a script has opened itself, the page says', () => {
  const run = { trainer: 'mlflow', attempt: { ...attempt, runner: 'anna', heard_at: ago(190) } } as const
  const lines = (changed: Partial<JobSnapshot>) => {
    const one = { ...job, ...run, ...changed }
    return holderLines({ job: one, status: one.status, step: null }, startMs)
  }

  test('who reports, and when it was last heard, without calling that silence', () => {
    expect(said(run)).toBeNull()
    expect(lines({})).toEqual([
      'Reported through MLflow by anna',
      'Last heard 3:10 min ago',
      'A script without a runner sends no heartbeat: it may be running even if nothing is heard.',
    ])
    expect(lines({ status: 'completed' })).toEqual(['Reported through MLflow by anna'])
  })

  test('that it may still run when it is not heard any more, and when it fails', () => {
    const unheard = { ...run, attempt: { ...run.attempt, silent_since: ago(4_000), lost_at: ago(100) } }
    expect(conditionOf({ ...job, ...unheard }, 'training')).toBe('silent')
    expect(said({ ...unheard, waits_until: ago(-60) })).toMatch(
      /^Not heard from for 1:06:40 h; the script may still be running \| If nothing is heard by .*, the job fails\.$/,
    )
  })
})

test('every sentence has its German', async () => {
  const all = (): (string | null)[] => [
    said({ ...offered, status: 'queued', attempt: null }),
    said({ attempt: silent, requested }),
    said({ ...offered, attempt: lost, checkpoint }),
    said({ attempt: { ...attempt, stalled_since: ago(900) } }),
    said({ requested: { ...requested, seen_at: ago(10), stopping_at: ago(9) } }),
  ]
  const english = all()
  await chooseLanguage('de')
  const german = all()
  expect(german[2]).toContain('gpu-1 bei Schritt 340 verloren: seit 11:20 min nicht gehört')
  for (const [at, text] of german.entries()) {
    expect(text).not.toBe(english[at])
    expect(text).not.toMatch(/attempts\.|undefined|\{/)
  }
})

describe('giving up', () => {
  test('is offered where there is an attempt to give up', () => {
    const offers = (changed: Partial<JobSnapshot>) => {
      const one = { ...job, ...changed }
      return attemptToGiveUp(one, one.status) !== null
    }
    expect([offers({}), offers({ attempt: lost }), offers({ attempt: silent })]).toEqual([true, true, true])
    expect(offers({ attempt: null })).toBe(false)
    expect(offers({ attempt: { ...attempt, heard_at: null } })).toBe(false)
    expect(offers({ status: 'paused', attempt: { ...attempt, ended: 'paused' } })).toBe(false)
    expect(offers({ status: 'completed' })).toBe(false)
  })

  test('is asked about with what follows', () => {
    const sentences = (changed: Partial<JobSnapshot>): string =>
      consequencesOf({ ...job, ...changed }, attempt, false).sentences.join(' ')
    expect(sentences({})).toContain('Its process may still be running.')
    expect(sentences({ checkpoint })).toContain('resumes from the checkpoint at step 300')
    expect(sentences({ requested })).toContain('The job is then paused, as requested.')
    expect(sentences({ trainer: 'mlflow' })).toContain('The job then counts as failed.')
  })
})
