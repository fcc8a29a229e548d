import { timestamp } from '../../shared/timestamp.ts'
import { detailsOf } from './attempt-details.ts'
import { sequenceOf } from './edit.ts'
import { evolve } from './job.ts'
import { nothingRecorded } from './recorded.ts'
import type { EventRecord } from './shown.ts'
import { trainerOf } from './trainers/index.ts'
import type { Edit, Job, JobEvent } from './types.ts'

/** The log as the API shows it: each event with what it changed. */
export function recordsOf(events: readonly JobEvent[], after: number, limit: number): EventRecord[] {
  const records: EventRecord[] = []
  let before: Job | null = null
  for (const event of events) {
    const job: Job = evolve(before, event)
    if (sequenceOf(job) > after && records.length < limit) records.push(recordOf(event, before, job))
    before = job
  }
  return records
}

function recordOf(event: JobEvent, before: Job | null, after: Job): EventRecord {
  return {
    sequence: sequenceOf(after),
    at: timestamp(event.atMs),
    type: event.type,
    actor: event.actor ?? null,
    from_status: before?.status ?? null,
    to_status: after.status,
    step: event.step ?? trainerOf(after).progress(after, event.atMs, nothingRecorded).step,
    message: 'message' in event ? event.message : null,
    changes: event.type === 'edited' ? changesOf(event) : null,
    details: detailsOf(event, after),
  }
}

/** What an edit changed, and nothing else of the event. */
const changesOf = ({ name, notes, tags }: Edit): Edit => ({
  ...(name === undefined ? {} : { name }),
  ...(notes === undefined ? {} : { notes }),
  ...(tags === undefined ? {} : { tags }),
})
