import type { Context } from 'hono'
import { type ProblemStatus, problem } from '../http/problem.ts'
import type { VersionRefusal } from './registry.ts'

/** Every reason for which a command on a model version can be refused. */
type Refusal = VersionRefusal | { reason: 'active' }

const statuses = { not_found: 404, active: 400, changed: 412 } as const satisfies Record<
  Refusal['reason'],
  ProblemStatus
>

const kinds = { not_found: 'not-found', active: 'active-model', changed: 'changed' } as const satisfies Record<
  Refusal['reason'],
  string
>

/** Texts from the reference where it has one. */
function detailOf(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'not_found':
      return 'Model version not found'
    case 'active':
      return 'Cannot delete active model'
    case 'changed':
      return `${refusal.active ?? 'No version'} is active now. Fetch the versions again and retry.`
  }
}

/** Answers a refusal with its problem. */
export function refuse<R extends Refusal>(c: Context, refusal: R) {
  const status: (typeof statuses)[R['reason']] = statuses[refusal.reason as R['reason']]
  return problem(c, status, detailOf(refusal), { kind: kinds[refusal.reason] })
}
