import type { Resume } from './draft.ts'

/**
 * What a form begins with, as its address says: `?from=<id>` like another job, `?resume_from=<id>` or
 * `?resume_from=<id>:<step>` from its checkpoint. `key`: tells it from other forms. `null`: with nothing.
 */
export type Begin = { key: string; from: string; resume: Resume | null } | null

export function beginOf(query: URLSearchParams): Begin {
  const resume = resumeIn(query.get('resume_from'))
  const from = query.get('from') ?? resume?.job_id
  if (from === undefined) return null
  return { key: resume === null ? from : `${from} ${resume.job_id}:${resume.step ?? ''}`, from, resume }
}

/** A checkpoint in an address; `null`: there is none. A step that is no number is as good as none: the last one counts. */
function resumeIn(text: string | null): Resume | null {
  const [, job_id, step] = /^([^:]+)(?::(\d{1,15}))?/.exec(text ?? '') ?? []
  return job_id === undefined ? null : { job_id, step: step === undefined ? null : Number(step) }
}
