import { ARTIFACT_UPLOADS_MAX } from '../../platform/limits.ts'
import { decidePut, type NewArtifact } from '../rules/artifacts.ts'
import { keyOf, type StoredArtifact } from './artifact-store.ts'
import { type Asker, dropOldest, mayRead, mayWrite, type Refused, stateOf } from './artifacts.ts'
import type { Core } from './core.ts'
import type { Upload, UploadedPart } from './upload-store.ts'

/** Files that are too large for one request come in parts, of one size but for the last. */

/** A file that is to come in parts: its digest is announced. */
export type NewUpload = NewArtifact & { sha256: string; partSize: number }

/** An upload, and the numbers of the parts that have come. */
export type OpenUpload = { upload: Upload & { sha256: string; partSize: number }; key: string; received: number[] }

/** A part that may be sent: how many bytes it has, and whether it has come already. */
export type PartOrder = { key: string; r2Id: string; size: number; known: UploadedPart | null }

/** What R2 is to make one of. */
export type CompleteOrder = {
  key: string
  r2Id: string
  size: number
  sha256: string
  parts: { partNumber: number; etag: string }[]
}

/** What the Worker asks of an upload. */
export type UploadRequest =
  | { ask: 'open'; file: NewUpload }
  | { ask: 'begun'; number: number; r2Id: string }
  | { ask: 'part'; number: number; part: number }
  | { ask: 'came'; number: number; part: UploadedPart }
  | { ask: 'complete'; number: number }
  | { ask: 'abort'; number: number }

export type UploadAnswer = OpenUpload | PartOrder | CompleteOrder | { file: StoredArtifact } | { done: true }

/** Answers what the Worker asks of an upload. */
export function answerUpload(core: Core, asker: Asker, request: UploadRequest): UploadAnswer | Refused {
  const may = mayWrite(core, asker)
  if ('reason' in may) return may
  if (request.ask === 'open') return open(core, may.writer.attempt, request.file)
  const upload = find(core, request.number)
  if (upload === null) return (request.ask === 'complete' && completed(core, request.number)) || notFound
  const { uploads } = core.artifacts
  const nowMs = core.now()
  switch (request.ask) {
    case 'begun':
      if (upload.r2Id !== null) return shown(core, upload)
      core.artifacts.change(() => uploads.begun(upload.number, request.r2Id))
      return shown(core, { ...upload, r2Id: request.r2Id })
    case 'part': {
      const size = sizeOf(upload, request.part)
      if (upload.r2Id === null || size === null) return { reason: 'no_such_part' }
      const known = uploads.part(upload.number, request.part)
      return { key: keyOf(may.job.id, upload.number), r2Id: upload.r2Id, size, known }
    }
    case 'came':
      core.artifacts.change(() => uploads.addPart(upload.number, request.part, nowMs))
      return { done: true }
    case 'complete':
      return completeOrder(core, upload)
    case 'abort':
      core.artifacts.change(() => core.artifacts.dropUpload(may.job.id, upload, nowMs))
      return { done: true }
  }
}

/** An upload; or why it is not shown. */
export function readUpload(core: Core, asker: Asker, number: number): OpenUpload | Refused {
  const refusal = mayRead(core, asker)
  if (refusal !== null) return refusal
  const upload = find(core, number)
  return upload === null ? notFound : shown(core, upload)
}

const notFound = { reason: 'upload_not_found' } as const

type InParts = Upload & { sha256: string; partSize: number }

const isInParts = (upload: Upload | null): upload is InParts =>
  upload !== null && upload.partSize !== null && upload.sha256 !== null

function find({ artifacts }: Core, number: number): InParts | null {
  const upload = artifacts.exists ? artifacts.uploads.find(number) : null
  return isInParts(upload) ? upload : null
}

function shown({ artifacts, job }: Core, upload: InParts): OpenUpload {
  const received = artifacts.uploads.parts(upload.number).map(({ number }) => number)
  return { upload, key: keyOf(job?.id ?? '', upload.number), received }
}

/** Begins an upload, or goes on with one of the same content: another attempt at it may have been broken off. */
function open(core: Core, attempt: number | null, file: NewUpload): OpenUpload | { file: StoredArtifact } | Refused {
  const { livingJob: job, artifacts } = core
  if (job === null) return { reason: 'not_found' }
  const state = stateOf(core, file.path)
  const verdict = decidePut(job, file, { attempt }, state, core.settings.maxArtifactBytesPerJob)
  if (verdict === 'same' && state.existing !== null) return { file: state.existing }
  if (typeof verdict === 'object') return verdict
  const known = artifacts.exists ? artifacts.uploads.inParts(file.path, file.sha256) : null
  if (isInParts(known) && known.size === file.size && known.partSize === file.partSize) return shown(core, known)
  return artifacts.change(() => {
    if (artifacts.uploads.count >= ARTIFACT_UPLOADS_MAX) dropOldest(core, job.id)
    const upload = { ...file, number: artifacts.nextNumber(), attempt, r2Id: null, touchedMs: core.now() }
    artifacts.uploads.add(upload)
    return shown(core, upload)
  })
}

const partsOf = ({ size, partSize }: InParts): number => Math.ceil(size / partSize)

/** Bytes of a part; `null`: there is none of this number. */
function sizeOf(upload: InParts, part: number): number | null {
  const parts = partsOf(upload)
  if (part < 1 || part > parts) return null
  return part < parts ? upload.partSize : upload.size - (parts - 1) * upload.partSize
}

function completeOrder(core: Core, upload: InParts): CompleteOrder | Refused {
  const parts = core.artifacts.uploads.parts(upload.number)
  if (upload.r2Id === null || parts.length < partsOf(upload)) return { reason: 'parts_missing' }
  return {
    key: keyOf(core.job?.id ?? '', upload.number),
    r2Id: upload.r2Id,
    size: upload.size,
    sha256: upload.sha256,
    parts: parts.map(({ number, etag }) => ({ partNumber: number, etag })),
  }
}

/** The file that an upload has become; `null`: none. */
function completed({ artifacts, job }: Core, number: number): { file: StoredArtifact } | null {
  const file = artifacts.exists ? artifacts.findByKey(keyOf(job?.id ?? '', number)) : null
  return file && { file }
}
