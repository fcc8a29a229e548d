import { artifactStore, type Bytes } from '../artifacts/store.ts'
import { objectOf } from './artifacts.ts'
import type { StoredArtifact } from './object/artifact-store.ts'
import type { Asker, Refused, Stored } from './object/artifacts.ts'
import type { CompleteOrder, NewUpload, OpenUpload, PartOrder, UploadAnswer, UploadRequest } from './object/uploads.ts'

/** Files that come in parts: called by the routes, decided by the jobs' objects, with the bytes in R2. */

/** Begins an upload, or goes on with one of the same content. `file`: it is there already. */
export async function openUpload(
  bindings: Env,
  id: string,
  asker: Asker,
  file: NewUpload,
): Promise<(OpenUpload & { isNew: boolean }) | { file: StoredArtifact } | Refused> {
  const opened = await change<OpenUpload | { file: StoredArtifact }>(bindings, id, asker, { ask: 'open', file })
  if ('reason' in opened || 'file' in opened) return opened
  if (opened.upload.r2Id !== null) return { ...opened, isNew: false }
  const r2Id = await artifactStore(bindings.ARTIFACTS).begin(opened.key)
  const { number } = opened.upload
  const begun = await change<OpenUpload>(bindings, id, asker, { ask: 'begun', number, r2Id })
  const isNew = !('reason' in begun) && begun.upload.r2Id === r2Id
  // Another request has begun it meanwhile, or it was given up: nobody else knows of this one.
  if (!isNew) await artifactStore(bindings.ARTIFACTS).abort(opened.key, r2Id)
  return 'reason' in begun ? begun : { ...begun, isNew }
}

/** An upload. */
export async function findUpload(
  bindings: Env,
  id: string,
  asker: Asker,
  number: number,
): Promise<OpenUpload | Refused> {
  const object = await objectOf(bindings, id, asker)
  return 'reason' in object ? object : ((await object.stub.upload(asker, number)) as OpenUpload | Refused)
}

/**
 * Stores a part.
 *
 * @param announced the digest that it must have, in hex; `null`: none was announced
 * @returns why not; `null`: it is stored, now or before
 */
export async function putPart(
  bindings: Env,
  id: string,
  asker: Asker,
  number: number,
  part: number,
  { bytes, size, announced }: { bytes: Bytes; size: number; announced: string | null },
): Promise<Refused | { reason: 'digest_mismatch' } | { reason: 'wrong_size'; size: number } | null> {
  const order = await change<PartOrder>(bindings, id, asker, { ask: 'part', number, part })
  if ('reason' in order) return order
  if (size !== order.size) return { reason: 'wrong_size', size: order.size }
  if (order.known !== null && order.known.sha256 === announced) return null
  const stored = await artifactStore(bindings.ARTIFACTS).putPart(order.key, order.r2Id, part, bytes, size)
  if (announced !== null && stored.sha256 !== announced) return { reason: 'digest_mismatch' }
  const noted = await change(bindings, id, asker, { ask: 'came', number, part: stored })
  return 'reason' in noted ? noted : null
}

/** Makes a file of its parts, once all have come. */
export async function completeUpload(
  bindings: Env,
  id: string,
  asker: Asker,
  number: number,
): Promise<Stored | Refused> {
  const order = await change<CompleteOrder | { file: StoredArtifact }>(bindings, id, asker, { ask: 'complete', number })
  if ('reason' in order) return order
  if ('file' in order) return { file: order.file, isNew: false }
  const isThere = await artifactStore(bindings.ARTIFACTS).complete(order.key, order.r2Id, order.parts, order.size)
  if (!isThere) {
    await change(bindings, id, asker, { ask: 'abort', number })
    return { reason: 'upload_not_found' }
  }
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  return (await object.stub.commitPut(asker, number, order.sha256, false)) as Stored | Refused
}

/** Gives up an upload. @returns why not; `null`: it is given up */
export async function abortUpload(bindings: Env, id: string, asker: Asker, number: number): Promise<Refused | null> {
  const answer = await change(bindings, id, asker, { ask: 'abort', number })
  return 'reason' in answer ? answer : null
}

/** Asks the job's object, which answers in kind. */
async function change<A extends UploadAnswer = UploadAnswer>(
  bindings: Env,
  id: string,
  asker: Asker,
  request: UploadRequest,
): Promise<A | Refused> {
  const object = await objectOf(bindings, id, asker)
  return 'reason' in object ? object : ((await object.stub.changeUpload(asker, request)) as A | Refused)
}
