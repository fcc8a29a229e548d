import { artifactStore, type Bytes } from '../artifacts/store.ts'
import { objectOf } from './artifacts.ts'
import { keyOf } from './object/artifact-store.ts'
import type { Asker, PutOrder, Refused, Stored } from './object/artifacts.ts'
import type { NewArtifact } from './rules/artifacts.ts'

/** Files in parts whose client knows neither their size nor their digest before. */

/** An upload: R2's id of it is the right to send parts, which nobody can guess, and which ends with it. */
export type BlindUpload = { number: number; r2Id: string }

/** Begins an upload. */
export async function beginBlindly(
  bindings: Env,
  id: string,
  asker: Asker,
  file: Pick<NewArtifact, 'path' | 'type'>,
): Promise<BlindUpload | Refused> {
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  const order = (await object.stub.beginPut(asker, { ...file, size: 0, sha256: null })) as PutOrder | Refused
  if ('reason' in order) return order
  // Only a digest can say that a file is there.
  if ('file' in order) return { reason: 'artifact_exists' }
  const r2Id = await artifactStore(bindings.ARTIFACTS).begin(order.key)
  await object.stub.attachUpload(order.upload, r2Id)
  return { number: order.upload, r2Id }
}

/** Stores a part. Whoever has R2's id of the upload may. @returns R2's name for it; `null`: there is no such upload */
export const putPartBlindly = (
  bindings: Env,
  id: string,
  { number, r2Id }: BlindUpload,
  part: number,
  bytes: Bytes,
  size: number,
): Promise<string | null> => artifactStore(bindings.ARTIFACTS).putPartOf(keyOf(id, number), r2Id, part, bytes, size)

/** Makes a file of its parts. Its digest is that of the bytes that came, which are read once for it. */
export async function completeBlindly(
  bindings: Env,
  id: string,
  asker: Asker,
  { number, r2Id }: BlindUpload,
  parts: { partNumber: number; etag: string }[],
): Promise<Stored | Refused> {
  const object = await objectOf(bindings, id, asker)
  if ('reason' in object) return object
  const store = artifactStore(bindings.ARTIFACTS)
  const key = keyOf(id, number)
  const size = await store.assemble(key, r2Id, parts)
  const sha256 = size === null ? null : await store.digest(key)
  if (size === null || sha256 === null) return { reason: 'upload_not_found' }
  return (await object.stub.commitPut(asker, number, sha256, true, size)) as Stored | Refused
}

/** Gives up an upload, which its id of R2 is the right to. What has come of it goes with the next sweep. */
export async function abortBlindly(
  bindings: Env,
  id: string,
  asker: Asker,
  { number, r2Id }: BlindUpload,
): Promise<void> {
  const object = await objectOf(bindings, id, asker)
  if ('stub' in object) await object.stub.abandonPut(number, r2Id)
}
