import { expect, test } from 'vitest'
import { runner as deRunner } from '../../src/dashboard/i18n/de/runner.ts'
import { de } from '../../src/dashboard/i18n/de.ts'
import { runner as enRunner } from '../../src/dashboard/i18n/en/runner.ts'
import { en } from '../../src/dashboard/i18n/en.ts'
import { attemptEvents } from '../../src/jobs/rules/trainers/attempt-changes.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'

/** Every type of event that a log can show: nobody sees that of a deletion. */
const types = {
  created: true,
  preparation_started: true,
  training_started: true,
  paused: true,
  resume_queued: true,
  resume_withdrawn: true,
  resumed: true,
  validation_started: true,
  validated: true,
  completion_refused: true,
  completed: true,
  failed: true,
  cancelled: true,
  edited: true,
  ...attemptEvents,
} satisfies Record<Exclude<JobEvent['type'], 'deleted'>, true>

test.each([
  ['English', { ...en.job, ...enRunner }],
  ['German', { ...de.job, ...deRunner }],
])('every event of a log has a text in %s', (_, texts) => {
  const known = Object.keys(texts).filter((key) => key.startsWith('event-'))
  expect(known.toSorted()).toEqual(
    Object.keys(types)
      .map((type) => `event-${type}`)
      .toSorted(),
  )
})
