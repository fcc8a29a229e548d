import { reprDigest } from '../http/repr-digest.ts'
import { ARTIFACT_PARTS_MAX, STREAM_RETRY_MS } from '../platform/limits.ts'
import { hexOf } from '../platform/sha256.ts'
import type { Sleep } from '../platform/timeout.ts'
import { ApiError } from './api-error.ts'
import type { Client } from './client.ts'
import { UPLOAD_PART_BYTES } from './limits.ts'
import { backoffMs, isTemporary, retryAfterMs, sleepFor } from './retry.ts'
import { Sha256 } from './sha256.ts'

export type UploadOptions = {
  /** Ends the upload. Parts that have come stay for a day, so that the same upload can go on later. */
  signal?: AbortSignal | undefined
  /** Media type; by default that of the file, or `application/octet-stream`. */
  contentType?: string | undefined
  /** Bytes of a part, 5 MiB to 100 MB; larger files come in parts. By default 32 MiB, and more for files beyond 320 GiB. */
  partSize?: number | undefined
  /** Called with the bytes that have come so far, at the beginning and after each request: parts of before count. */
  onProgress?: ((sent: number, size: number) => void) | undefined
  /** Called when a request has failed and is sent again after `waitMs`. */
  onRetry?: ((error: Error, waitMs: number) => void) | undefined
  /** 0 … 1, for tests. */
  random?: (() => number) | undefined
  /** For tests. */
  sleep?: Sleep | undefined
}

/** A file that the service has; `sha256`: in hex. */
export type UploadedArtifact = { path: string; size: number; sha256: string }

/**
 * Stores a file of a job, and returns once the service has it whole. Up to a part's size it is one request with its
 * `Repr-Digest`; a larger one comes in parts, of which those that are there already, from an upload that was broken off, are
 * not sent again. It is read part by part: once for its digest, and once to be sent. What fails for a time (no connection, 5xx,
 * 429) is tried again until the signal is aborted.
 *
 * @param path within the job, such as `model/weights.bin`
 * @param file a `Blob` or `File`; in Node that of `openAsBlob` (node:fs)
 * @throws ApiError when the service refuses it, and the signal's reason when that is aborted
 */
export async function uploadArtifact(
  client: Client,
  jobId: string,
  path: string,
  file: Blob,
  options: UploadOptions = {},
): Promise<UploadedArtifact> {
  const { size } = file
  const partSize = options.partSize ?? Math.max(UPLOAD_PART_BYTES, Math.ceil(size / ARTIFACT_PARTS_MAX))
  const type = options.contentType || file.type || 'application/octet-stream'
  const { signal = new AbortController().signal, onProgress } = options
  const job = client.api.v1.admin.training.jobs[':id']
  const sha256 = await digestOf(file, partSize, signal)
  const stored = { path, size, sha256 }
  onProgress?.(0, size)

  if (size <= partSize) {
    const param = { id: jobId, path: path.split('/').map(encodeURIComponent).join('/') }
    await insist(options, signal, () =>
      job.artifacts[':path{[^]+}'].$put(
        { param, header: { 'Repr-Digest': reprDigest(sha256) } },
        sending(file, type, signal),
      ),
    )
    onProgress?.(size, size)
    return stored
  }

  const json = { path, size, sha256, part_size: partSize, content_type: type }
  for (let failures = 0; ; failures++) {
    const opened = await insist(options, signal, () =>
      job.uploads.$post({ param: { id: jobId }, json }, { init: { signal } }),
    )
    if (opened.status === 204) break
    const { id: upload, received } = await opened.json()
    const param = { id: jobId, upload }
    const hasCome = new Set(received)
    const sizeOf = (part: number) => Math.min(partSize, size - (part - 1) * partSize)
    let sent = received.reduce((sum, part) => sum + sizeOf(part), 0)
    onProgress?.(sent, size)
    try {
      for (let part = 1; (part - 1) * partSize < size; part++) {
        if (hasCome.has(part)) continue
        const bytes = file.slice((part - 1) * partSize, (part - 1) * partSize + sizeOf(part))
        const header = { 'Repr-Digest': reprDigest(await digestOf(bytes, partSize, signal)) }
        await insist(options, signal, () =>
          job.uploads[':upload'].parts[':part'].$put(
            { param: { ...param, part: String(part) }, header },
            sending(bytes, 'application/octet-stream', signal),
          ),
        )
        sent += bytes.size
        onProgress?.(sent, size)
      }
      await insist(options, signal, () => job.uploads[':upload'].complete.$post({ param }, { init: { signal } }))
      break
    } catch (error) {
      // It was given up meanwhile, such as by somebody else: it begins again.
      if (!(error instanceof ApiError) || !/:(upload-not-found|parts-missing)$/.test(error.problem?.type ?? ''))
        throw error
      await wait(options, signal, error, failures)
    }
  }
  onProgress?.(size, size)
  return stored
}

const sending = (body: Blob, type: string, signal: AbortSignal) => ({
  headers: { 'Content-Type': type },
  init: { body, signal },
})

/** Sends a request until it is answered with success. */
async function insist<R extends Pick<Response, 'ok' | 'status' | 'headers' | 'text'>>(
  options: UploadOptions,
  signal: AbortSignal,
  request: () => Promise<R>,
): Promise<Extract<R, { ok: true }>> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    let afterMs = 0
    let failure: Error
    try {
      const response = await request()
      if (response.ok) return response as Extract<R, { ok: true }>
      failure = await ApiError.of(response)
      afterMs = retryAfterMs(response.headers.get('Retry-After'), Date.now())
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    signal.throwIfAborted()
    if (failure instanceof ApiError && !isTemporary(failure.status)) throw failure
    await wait(options, signal, failure, failures, afterMs)
  }
}

async function wait(
  { onRetry, random = Math.random, sleep = sleepFor }: UploadOptions,
  signal: AbortSignal,
  failure: Error,
  failures: number,
  afterMs = 0,
): Promise<void> {
  const waitMs = afterMs + backoffMs(failures, STREAM_RETRY_MS, random())
  onRetry?.(failure, waitMs)
  await sleep(waitMs, signal)
}

/** The SHA-256 of a file in hex, of which one slice is in memory at a time. Of a single one the platform knows it sooner. */
async function digestOf(file: Blob, sliceBytes: number, signal: AbortSignal): Promise<string> {
  // Neither pages without HTTPS nor Node 18 have it.
  const subtle = typeof crypto === 'undefined' ? undefined : (crypto.subtle as SubtleCrypto | undefined)
  if (file.size <= sliceBytes && subtle) return hexOf(await subtle.digest('SHA-256', await file.arrayBuffer()))
  const hash = new Sha256()
  for (let from = 0; from < file.size; from += sliceBytes) {
    signal.throwIfAborted()
    hash.update(new Uint8Array(await file.slice(from, from + sliceBytes).arrayBuffer()))
  }
  return hash.digest()
}
