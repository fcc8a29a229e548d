import { makeZip } from 'client-zip'
import { StoreUnavailable } from '../platform/r2.ts'

/** A file of an archive. */
export type ArchivedFile = { path: string; size: number; key: string; createdMs: number }

/**
 * A ZIP of files, made as it is read: one file is open at a time, and none is held in memory. One that cannot be read breaks the
 * archive off: it then lacks its end, and no program takes it for whole.
 *
 * @param pages of files, each asked for when the one before has been sent
 */
export function archiveOf(
  pages: AsyncIterable<readonly ArchivedFile[]>,
  open: (file: ArchivedFile) => Promise<ReadableStream<Uint8Array> | null>,
): ReadableStream<Uint8Array> {
  async function* entries() {
    for await (const files of pages) {
      for (const file of files) {
        const input = await open(file)
        if (input === null) throw new StoreUnavailable(`${file.key} is missing`)
        yield { input, name: file.path, size: file.size, lastModified: new Date(file.createdMs) }
      }
    }
  }
  return makeZip(entries())
}
