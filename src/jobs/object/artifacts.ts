import { ARTIFACT_UPLOAD_MS, ARTIFACT_UPLOADS_MAX } from '../../platform/limits.ts'
import { type ArtifactState, decidePut, decideRemoval, type NewArtifact, type Writer } from '../rules/artifacts.ts'
import type { ArtifactRefusal, WordRefusal } from '../rules/refusals.ts'
import { speakerOf } from '../rules/trainers/words.ts'
import type { Job } from '../rules/types.ts'
import { fileOf, keyOf, type StoredArtifact } from './artifact-store.ts'
import { hearAttempt } from './attempts.ts'
import type { Core } from './core.ts'
import { lateSpeaker } from './late-speaker.ts'

/**
 * The files of a job. Their bytes never pass through the object: the Worker streams them between client and R2, and the
 * object says under which key, and what is whole.
 */

/** Why something is not done with files. */
export type Refused = ArtifactRefusal | WordRefusal

/** The outcome of an upload: the file, and whether there was none at its path before. */
export type Stored = { file: StoredArtifact; isNew: boolean }

/** What the Worker is to do with bytes that somebody sends: nothing, since they are there, or to store them under a key. */
export type PutOrder = { file: StoredArtifact } | { upload: number; key: string }

/** Who asks, by the hash of a job token; `null`: somebody whose role suffices. */
export type Asker = string | null

/** A page of a list: paths that begin with `prefix`, after the path `after`. */
export type ArtifactPage = { prefix: string; after: string; limit: number }

/** Begins an upload of one request. */
export function beginPut(core: Core, asker: Asker, file: NewArtifact): PutOrder | Refused {
  const may = mayWrite(core, asker)
  if ('reason' in may) return may
  const { job, writer } = may
  const { artifacts } = core
  const state = stateOf(core, file.path)
  const verdict = decidePut(job, file, writer, state, core.settings.maxArtifactBytesPerJob)
  if (verdict === 'same' && state.existing !== null) return { file: state.existing }
  if (typeof verdict === 'object') return verdict
  const nowMs = core.now()
  return artifacts.change(() => {
    if (artifacts.uploads.count >= ARTIFACT_UPLOADS_MAX) dropOldest(core, job.id)
    const number = artifacts.nextNumber()
    const { attempt } = writer
    artifacts.uploads.add({ ...file, number, attempt, partSize: null, r2Id: null, touchedMs: nowMs })
    return { upload: number, key: keyOf(job.id, number) }
  })
}

/** Takes note of R2's id of an upload whose client knows neither size nor digest, so that what was given up is aborted. */
export function attachUpload(core: Core, number: number, r2Id: string): void {
  const { livingJob, artifacts } = core
  if (livingJob !== null && artifacts.exists) artifacts.change(() => artifacts.uploads.begun(number, r2Id))
}

/**
 * Makes an upload a file, once all of its bytes are in R2. Their digest may decide otherwise than was announced. `size`: where
 * it was not known before.
 */
export function commitPut(
  core: Core,
  asker: Asker,
  number: number,
  sha256: string,
  isProven: boolean,
  size?: number,
): Stored | Refused {
  const { artifacts } = core
  const found = artifacts.exists && core.livingJob !== null ? artifacts.uploads.find(number) : null
  const upload = found && { ...found, size: size ?? found.size }
  const may = mayWrite(core, asker)
  if (upload === null) {
    if ('reason' in may) return may
    // The answer to the request that made it a file may have been lost.
    const file = artifacts.exists ? artifacts.findByKey(keyOf(may.job.id, number)) : null
    // Its bytes go with those of the job, or later: somebody was too slow.
    return file === null ? { reason: 'artifacts_unavailable' } : { file, isNew: false }
  }
  const drop = () => artifacts.change(() => core.job && artifacts.dropUpload(core.job.id, upload, core.now()))
  if ('reason' in may) {
    drop()
    return may
  }
  const { job, writer } = may
  const nowMs = core.now()
  const state = stateOf(core, upload.path)
  const verdict = decidePut(job, { ...upload, sha256 }, writer, state, core.settings.maxArtifactBytesPerJob)
  if (verdict !== 'write') drop()
  if (typeof verdict === 'object') return verdict
  if (verdict === 'same' && state.existing !== null) return { file: state.existing, isNew: false }
  const file = { ...fileOf(upload, keyOf(job.id, number), writer.attempt, sha256, nowMs), isProven, version: null }
  artifacts.change(() => {
    artifacts.uploads.remove(upload)
    artifacts.put(file, nowMs)
  })
  return { file, isNew: state.existing === null }
}

/**
 * Gives up an upload of which R2 has said that it does not have it, or whose client wants it no more: that one knows R2's id of
 * it.
 */
export function abandonPut(core: Core, number: number, r2Id?: string): void {
  const { livingJob: job, artifacts } = core
  const upload = job !== null && artifacts.exists ? artifacts.uploads.find(number) : null
  if (r2Id !== undefined && upload?.r2Id !== r2Id) return
  if (job !== null && upload !== null) artifacts.change(() => artifacts.dropUpload(job.id, upload, core.now()))
}

/** Deletes a file. @returns why not; `null`: it is deleted */
export function removeArtifact(core: Core, asker: Asker, path: string): Refused | null {
  const may = mayWrite(core, asker)
  if ('reason' in may) return may
  const { artifacts } = core
  const file = artifacts.find(path)
  if (file === null) return { reason: 'artifact_not_found' }
  const refusal = decideRemoval(may.job, file, may.writer, stateOf(core, path).checkpoints)
  if (refusal === null) artifacts.change(() => artifacts.remove(path, core.now()))
  return refusal
}

/** A file; or why it is not shown. */
export function readArtifact(core: Core, asker: Asker, path: string): StoredArtifact | Refused {
  return mayRead(core, asker) ?? core.artifacts.find(path) ?? { reason: 'artifact_not_found' }
}

/** Files whose path begins with a text, after a path. */
export function listArtifacts(
  core: Core,
  asker: Asker,
  { prefix, after, limit }: ArtifactPage,
): StoredArtifact[] | Refused {
  return mayRead(core, asker) ?? core.artifacts.list(prefix, after, limit)
}

/** Who may write, and the job; a job token's request is a word of its attempt. */
export function mayWrite(core: Core, asker: Asker): { job: Job; writer: Writer } | Refused {
  if (asker !== null) {
    const heard = hearAttempt(core, asker)
    const late = 'reason' in heard ? lateSpeaker(core, { tokenHash: asker }) : null
    if (late !== null) return { job: late.job, writer: { attempt: late.attempt.number } }
    if ('reason' in heard) return heard
    if (heard.events.length > 0) core.commit(heard.events)
    return { job: core.livingJob ?? heard.job, writer: { attempt: heard.attempt.number } }
  }
  core.advance()
  const { livingJob: job } = core
  return job === null ? noJob(core) : { job, writer: { attempt: null } }
}

/** Why somebody may not read; `null`: they may. */
export function mayRead(core: Core, asker: Asker): Refused | null {
  const { job, livingJob } = core
  if (asker !== null) {
    if (job?.deleted || core.store.deletedMs !== null) return { reason: 'attempt_over', why: 'deleted' }
    if (lateSpeaker(core, { tokenHash: asker }) !== null) return null
    const attempt = job === null ? null : speakerOf(job, asker)
    if (attempt === null) return { reason: 'token_unknown' }
    return 'reason' in attempt ? attempt : null
  }
  return livingJob === null ? noJob(core) : null
}

/** The register has the job, its object has not. */
const noJob = ({ job, store }: Core): ArtifactRefusal =>
  job === null && store.deletedMs === null ? { reason: 'not_started' } : { reason: 'not_found' }

/** What a decision about a path needs to know. */
export function stateOf({ artifacts }: Core, path: string): ArtifactState & { existing: StoredArtifact | null } {
  return {
    existing: artifacts.find(path),
    isObstructed: artifacts.isObstructed(path),
    totals: artifacts.totals,
    checkpoints: artifacts.checkpoints().map(({ path: folder }) => folder),
  }
}

/** Somebody may still be writing what has not been heard of for less than a day. */
export function dropOldest({ artifacts }: Core, jobId: string): void {
  const upload = artifacts.uploads.oldest()
  if (upload !== null) artifacts.dropUpload(jobId, upload, upload.touchedMs + ARTIFACT_UPLOAD_MS)
}
