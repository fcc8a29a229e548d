import { useEffect, useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { reachable } from '../../../api/reachability.ts'
import { announce } from '../../../components/toast.tsx'
import { useNow } from '../../../components/use-now.ts'
import { type Condition, conditionOf } from '../../../domain/condition.ts'
import { conditionWord } from '../../../domain/conditions.tsx'
import type { JobState } from '../../../live/state.ts'
import { GiveUp } from './give-up.tsx'
import { Note } from './note.tsx'
import { holderLines, situationOf } from './sentences.ts'
import { Waiting } from './waiting.tsx'

/**
 * What is so of a job that runners train, with times that run: what it waits for, what was requested of its runner, and whether
 * that is heard. While the service cannot be reached nothing is known that is newer, and the times stand still.
 */
export function SituationNote({ job, state }: { job: JobSnapshot; state: JobState }) {
  const { status, live } = state
  const nowMs = useNow(reachable.value && !isFinal(status))
  const condition = conditionOf(job, status)
  useConditionAnnouncements(job.name, condition)
  // Before the first point the stream says 0.
  const told = { job, status, step: live === null || live.step === 0 ? null : live.step }
  const situation = situationOf(told, nowMs)
  const holder = holderLines(told, nowMs)
  return (
    <>
      {condition === 'waits' ? (
        <Waiting told={told} nowMs={nowMs} />
      ) : (
        situation && <Note condition={condition} {...situation} />
      )}
      {holder.length > 0 && (
        <div class="row between">
          <p class="quiet small">{holder.join(' · ')}</p>
          <GiveUp job={job} status={status} />
        </div>
      )}
    </>
  )
}

/** Announces a change of the condition to screen readers; the running times would be noise. */
function useConditionAnnouncements(name: string, condition: Condition | null): void {
  const known = useRef(condition)
  useEffect(() => {
    if (known.current === condition) return
    known.current = condition
    if (condition !== null) announce(`${name}: ${conditionWord(condition)}`)
  }, [condition])
}
