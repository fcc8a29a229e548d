import { GARBAGE_PAGE_KEYS, GARBAGE_SWEEP_PAGES, HOLDS_SWEPT_MAX, R2_ABORTS_AT_ONCE } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { forEachConcurrently } from '../platform/timeout.ts'
import type { DroppedKey, Ledger } from './ledger.ts'
import { artifactStore } from './store.ts'

/**
 * Releases what is held for jobs that were never registered, and deletes from R2 what is due. What fails stays due: deleting
 * twice does no harm.
 */
export async function sweepArtifacts(bucket: R2Bucket, ledger: Ledger, nowMs: number): Promise<void> {
  for (let page = 0; page < GARBAGE_SWEEP_PAGES; page++) {
    const { keys, holds } = await ledger.due(nowMs, GARBAGE_PAGE_KEYS, HOLDS_SWEPT_MAX)
    for (const id of holds) await ledger.release(id, nowMs)
    if (keys.length === 0) return
    const gone = await remove(bucket, keys)
    if (gone.length > 0) await ledger.forget(gone)
    log('info', 'artifacts_deleted', { keys: gone.length, failed: keys.length - gone.length })
    if (keys.length < GARBAGE_PAGE_KEYS || gone.length < keys.length) return
  }
}

/** @returns those that are gone */
async function remove(bucket: R2Bucket, keys: readonly DroppedKey[]): Promise<DroppedKey[]> {
  const store = artifactStore(bucket)
  const failed = new Set<string>()
  await forEachConcurrently(keys, R2_ABORTS_AT_ONCE, async ({ key, r2Id }) => {
    if (r2Id === null) return
    await store.abort(key, r2Id).catch((error: unknown) => {
      log('warn', 'upload_not_aborted', { key, error: String(error) })
      failed.add(key)
    })
  })
  const gone = keys.filter(({ key }) => !failed.has(key))
  // Also of those that were aborted: they may have been completed, and nobody has heard of it.
  if (gone.length > 0) await store.remove(gone.map(({ key }) => key))
  return gone
}
