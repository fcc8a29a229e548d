import { StoreUnavailable, storeErrorOf } from '../platform/r2.ts'
import { type DigestSink, hexOf, sha256Sink } from '../platform/sha256.ts'

/** Bytes that are sent: as they come, or those that had to be collected. */
export type Bytes = ReadableStream<Uint8Array> | Uint8Array

/** The bytes of a file, or of a part of it. */
export type Span = { offset: number; length: number }

/** The files in R2. Nothing else calls the bucket. */
export function artifactStore(bucket: R2Bucket) {
  /**
   * Stores bytes under a key, as they come.
   *
   * @param sha256 what they must have, in hex, which R2 checks; `null`: it is computed meanwhile
   * @returns the SHA-256 that they have
   * @throws StoreUnavailable; also when fewer bytes come than announced
   */
  async function put(
    key: string,
    bytes: Bytes,
    size: number,
    sha256: string | null,
  ): Promise<string | 'digest_mismatch'> {
    try {
      if (sha256 !== null) {
        await bucket.put(key, ofLength(bytes, size), { sha256 })
        return sha256
      }
      const digest = sha256Sink()
      await bucket.put(key, ofLength(bytes, size, digest))
      return hexOf(await digest.digest)
    } catch (error) {
      if (storeErrorOf(error) === 'digest_mismatch') return 'digest_mismatch'
      throw new StoreUnavailable(error)
    }
  }

  /** Begins a multipart upload. @returns R2's id of it */
  const begin = async (key: string): Promise<string> => (await known(bucket.createMultipartUpload(key))).uploadId

  /** Stores a part, whose digest is computed as it comes. */
  async function putPart(key: string, r2Id: string, number: number, bytes: Bytes, size: number) {
    const digest = sha256Sink()
    const upload = bucket.resumeMultipartUpload(key, r2Id)
    const { etag } = await known(upload.uploadPart(number, ofLength(bytes, size, digest)))
    return { number, etag, sha256: hexOf(await digest.digest) }
  }

  /**
   * Makes one file of parts, also when that was done before.
   *
   * @returns false: R2 no longer has the upload
   */
  async function complete(key: string, r2Id: string, parts: R2UploadedPart[], size: number): Promise<boolean> {
    try {
      await bucket.resumeMultipartUpload(key, r2Id).complete(parts)
      return true
    } catch (error) {
      if ((await known(bucket.head(key)))?.size === size) return true
      if (storeErrorOf(error) === 'no_upload') return false
      throw new StoreUnavailable(error)
    }
  }

  /**
   * Makes one file of parts whose size is not known, also when that was done before.
   *
   * @returns its size; `null`: R2 no longer has the upload
   */
  async function assemble(key: string, r2Id: string, parts: R2UploadedPart[]): Promise<number | null> {
    try {
      return (await bucket.resumeMultipartUpload(key, r2Id).complete(parts)).size
    } catch (error) {
      const there = await known(bucket.head(key))
      if (there !== null) return there.size
      if (storeErrorOf(error) === 'no_upload') return null
      throw new StoreUnavailable(error)
    }
  }

  /** Stores a part of an upload that R2 knows by its id. @returns R2's name for it; `null`: R2 knows no such upload */
  async function putPartOf(
    key: string,
    r2Id: string,
    number: number,
    bytes: Bytes,
    size: number,
  ): Promise<string | null> {
    try {
      const upload = bucket.resumeMultipartUpload(key, r2Id)
      return (await upload.uploadPart(number, ofLength(bytes, size))).etag
    } catch (error) {
      if (storeErrorOf(error) === 'no_upload') return null
      throw new StoreUnavailable(error)
    }
  }

  /** The SHA-256 of the bytes under a key; `null`: there are none. */
  async function digest(key: string): Promise<string | null> {
    const bytes = await get(key)
    if (bytes === null) return null
    const sink = sha256Sink()
    await known(bytes.pipeTo(sink))
    return hexOf(await sink.digest)
  }

  /** The bytes under a key, or some of them; `null`: there is nothing. */
  async function get(key: string, span?: Span): Promise<ReadableStream<Uint8Array> | null> {
    const object = await known(bucket.get(key, span === undefined ? {} : { range: span }))
    return object === null ? null : (object.body as ReadableStream<Uint8Array>)
  }

  /** Deletes keys, at most GARBAGE_PAGE_KEYS. Those that R2 does not have count as deleted. */
  const remove = (keys: string[]): Promise<void> => known(bucket.delete(keys))

  /** Aborts a multipart upload, also one that is aborted or completed. */
  const abort = (key: string, r2Id: string): Promise<void> =>
    bucket
      .resumeMultipartUpload(key, r2Id)
      .abort()
      .catch((error: unknown) => {
        if (storeErrorOf(error) !== 'no_upload') throw new StoreUnavailable(error)
      })

  return { put, begin, putPart, putPartOf, complete, assemble, digest, get, remove, abort }
}

/** @throws StoreUnavailable for whatever R2 throws */
const known = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw new StoreUnavailable(error)
  })

/** Bytes of a length that R2 knows before they come; each also goes to `digest`. */
function ofLength(bytes: Bytes, size: number, digest?: DigestSink): ReadableStream {
  const { readable, writable } = new FixedLengthStream(size)
  const sent = bytes instanceof Uint8Array ? streamOf(bytes) : bytes
  const copied = digest === undefined ? sent.pipeTo(writable) : copyBoth(sent, writable, digest)
  // The reader gets the error, too.
  copied.catch(() => {})
  return readable
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes)
      controller.close()
    },
  })

/** Copies chunks one at a time, so that none piles up: R2 reads no faster than the client sends. */
async function copyBoth(
  bytes: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  digest: DigestSink,
): Promise<void> {
  const stored = writable.getWriter()
  const hashed = digest.getWriter()
  try {
    for await (const chunk of bytes) {
      await hashed.write(chunk)
      await stored.write(chunk)
    }
    await Promise.all([hashed.close(), stored.close()])
  } catch (error) {
    digest.digest.catch(() => {})
    await Promise.allSettled([hashed.abort(error), stored.abort(error)])
    throw error
  }
}
