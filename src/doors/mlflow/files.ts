import type { Context } from 'hono'
import { refuseArtifact } from '../../artifacts/http/refuse.ts'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { ARTIFACT_PATH_BYTES_MAX } from '../../platform/limits.ts'
import { pathError } from '../../shared/artifact-path.ts'
import { Answered, refuseOthers } from './asker.ts'
import { invalidParameter } from './errors.ts'
import type { Place } from './place.ts'

/** A place whose path is one of a file; another one ends the request. */
export function fileAt(place: Place): Place {
  const error = pathError(place.path, ARTIFACT_PATH_BYTES_MAX)
  if (error !== null) throw invalidParameter(`Invalid path: ${error}`)
  return place
}

/** What an operation on files answered, unless it is a refusal: then that ends the request. */
export async function allowedFile<T extends object>(
  c: Context<AppEnv>,
  answer: T,
): Promise<Exclude<T, { reason: string }>> {
  if ('reason' in answer) {
    if (answer.reason === 'token_unknown') await refuseOthers(c)
    throw new Answered((await refuseArtifact(c, answer as never)) as Response)
  }
  noteValidJobToken(c)
  return answer as Exclude<T, { reason: string }>
}
