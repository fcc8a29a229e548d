import { artifactStore, type Bytes } from '../artifacts/store.ts'
import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import { log } from '../platform/log.ts'
import { existence } from './existence.ts'
import type { StoredArtifact } from './object/artifact-store.ts'
import type { ArtifactPage, Asker, PutOrder, Refused, Stored } from './object/artifacts.ts'
import { type Composed, compose } from './object/parts.ts'
import { type NewArtifact, pathInModel } from './rules/artifacts.ts'
import type { Checkpoint } from './rules/attempt.ts'
import type { CheckpointRefusal } from './rules/refusals.ts'

/** What is done with the files of jobs: called by the routes, decided by the jobs' objects, with the bytes in R2. */

/** Stores a file. What comes is streamed to R2 under a key that only then becomes that of the path. */
export async function putArtifact(
  bindings: Env,
  id: string,
  asker: Asker,
  file: NewArtifact,
  bytes: Bytes,
): Promise<Stored | Refused | { reason: 'digest_mismatch' }> {
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  const order = (await object.stub.beginPut(asker, file)) as PutOrder | Refused
  if ('reason' in order) return order
  if ('file' in order) return { file: order.file, isNew: false }
  const sha256 = await artifactStore(bindings.ARTIFACTS).put(order.key, bytes, file.size, file.sha256)
  if (sha256 === 'digest_mismatch') {
    await object.stub.abandonPut(order.upload)
    return { reason: 'digest_mismatch' }
  }
  return (await object.stub.commitPut(asker, order.upload, sha256, true)) as Stored | Refused
}

/** A file of a job. That of a completed model is where its version has it. */
export async function findArtifact(
  bindings: Env,
  id: string,
  asker: Asker,
  path: string,
): Promise<StoredArtifact | Refused> {
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  const file = (await object.stub.artifact(asker, path)) as StoredArtifact | Refused
  return 'reason' in file ? file : ((await located(bindings, file)) ?? { reason: 'artifact_not_found' })
}

/**
 * A page of a job's files; of one that has not started, an empty one. With the model version that a completed job's model
 * belongs to, its files are gone, and a page may have fewer than asked for.
 */
export async function listArtifacts(
  bindings: Env,
  id: string,
  asker: Asker,
  page: ArtifactPage,
): Promise<Page<StoredArtifact, string> | Refused> {
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  const files = (await object.stub.artifacts(asker, { ...page, limit: page.limit + 1 })) as StoredArtifact[] | Refused
  if ('reason' in files) return files.reason === 'not_started' ? { rows: [], next: null } : files
  const { rows, next } = cutKeysetPage(files, page.limit, ({ path }) => path)
  const owner = rows.find(({ version }) => version !== null)?.version ?? null
  const isThere = owner === null || (await ledgerOf(bindings).versionFiles(owner, '', 1)).length > 0
  return { rows: isThere ? rows : rows.filter(({ version }) => version === null), next }
}

/** Deletes a file. @returns why not; `null`: it is deleted */
export async function removeArtifact(bindings: Env, id: string, asker: Asker, path: string): Promise<Refused | null> {
  const object = await objectOf(bindings, id, asker)
  return 'reason' in object ? object : ((await object.stub.removeArtifact(asker, path)) as Refused | null)
}

/**
 * Reads a file once, to see whether its bytes have its digest. A file that came in parts is taken for equal to others only once
 * that was found.
 */
export async function verifyArtifact(
  bindings: Env,
  id: string,
  asker: Asker,
  path: string,
): Promise<{ sha256: string; verified: boolean } | Refused> {
  const file = await findArtifact(bindings, id, asker, path)
  if ('reason' in file) return file
  const sha256 = await artifactStore(bindings.ARTIFACTS).digest(file.key)
  if (sha256 === null) return { reason: 'artifact_not_found' }
  const verified = sha256 === file.sha256
  if (verified && !file.isProven) {
    await compose(bindings).TRAINING_JOBS.getByName(id).proveArtifact(path, file.key)
    await ledgerOf(bindings).prove(file.key)
  }
  if (!verified) log('error', 'artifact_differs', { job_id: id, key: file.key, announced: file.sha256, sha256 })
  return { sha256, verified }
}

/** Registers a checkpoint. @returns why not; `null`: it is registered, now or before */
export async function registerCheckpoint(
  bindings: Env,
  id: string,
  tokenHash: string,
  checkpoint: Checkpoint,
): Promise<Refused | CheckpointRefusal | null> {
  const object = await objectOf(bindings, id, tokenHash)
  if ('reason' in object) return object
  return (await object.stub.registerCheckpoint(tokenHash, checkpoint)) as Refused | CheckpointRefusal | null
}

/** The checkpoints of a job that are kept, oldest first; `null`: there is no such job. */
export async function listCheckpoints(bindings: Env, id: string): Promise<Checkpoint[] | null> {
  const object = await objectOf(bindings, id, null)
  return 'reason' in object ? null : ((await object.stub.checkpoints()) ?? [])
}

/** The same file where its bytes are: that of a completed model is where its version has it. */
export async function located(bindings: Env, file: StoredArtifact): Promise<StoredArtifact | null> {
  if (file.version === null) return file
  const owned = await ledgerOf(bindings).versionFile(file.version, pathInModel(file.path))
  return owned && { ...file, key: owned.key }
}

/** The bytes of a file, or some of them; `null`: R2 has none, though its job says so. */
export async function openArtifact(
  bindings: Env,
  { key }: Pick<StoredArtifact, 'key'>,
  span?: { offset: number; length: number },
): Promise<ReadableStream<Uint8Array> | null> {
  const bytes = await artifactStore(bindings.ARTIFACTS).get(key, span)
  if (bytes === null) log('error', 'artifact_missing', { key })
  return bytes
}

const ledgerOf = (bindings: Env) => {
  const { parts, DB } = compose(bindings)
  return parts.ledger(DB)
}

/** The object of a job that exists. */
export async function objectOf(bindings: Env, id: string, asker: Asker) {
  const env: Composed = compose(bindings)
  const known = await existence(env, id)
  if (known === 'exists') return { stub: env.TRAINING_JOBS.getByName(id) }
  return asker === null ? { reason: 'not_found' as const } : known
}
