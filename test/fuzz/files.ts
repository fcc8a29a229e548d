import { setTimeout } from 'node:timers/promises'
import type { Server } from './server.ts'
import type { Service } from './service.ts'

/** The files of a job: its object and R2 have them, so D1's journal does not show what becomes of them. */
type Seen = {
  /** Its files as the API shows them, and the upload that is asked about. */
  shown: string
  /** Its keys in R2, with what is stored there. */
  stored: Map<string, string>
}

/** Milliseconds within which D1 hears of bytes that no file has: the job's object tells it by an alarm. */
const DROPPED_WITHIN_MS = 3_000

const ofFiles = /\/jobs\/([0-9a-f-]{36})\/(?:artifacts|checkpoints|uploads(?:\/(\d+))?)(?:[/?]|$)/

/** Looks at files before and after requests. */
export function filesOf(service: Service, { db, bucket }: Pick<Server, 'db' | 'bucket'>) {
  async function look(job: string, upload: string | undefined): Promise<Seen> {
    const path = `/training/jobs/${job}`
    const [{ objects }, ...answers] = await Promise.all([
      bucket.list({ prefix: `jobs/${job}/` }),
      service.ask('GET', `${path}/artifacts?limit=100`),
      ...(upload === undefined ? [] : [service.ask('GET', `${path}/uploads/${upload}`)]),
    ])
    const shown = answers.map(({ status, body }) => (status === 200 ? body : status)).join('\n')
    return { shown, stored: new Map(objects.map(({ key, etag }) => [key, etag])) }
  }

  /**
   * Looks at what the address of a request is about; what is returned looks again, and says what has changed. `undefined`: it
   * is not about files.
   */
  async function watch(target: string): Promise<(() => Promise<string[]>) | undefined> {
    const [, job, upload] = ofFiles.exec(target) ?? []
    if (job === undefined) return undefined
    const before = await look(job, upload)
    return async () => {
      const after = await look(job, upload)
      const changes = before.shown === after.shown ? [] : [`files: ${before.shown}\n→ ${after.shown}`]
      for (const [key, what] of before.stored) if (after.stored.get(key) !== what) changes.push(`R2: ${key} is another`)
      const added = [...after.stored.keys()].filter((key) => !before.stored.has(key))
      // Of bytes without a digest only R2 knows whether the job has them already.
      for (const key of await notDropped(added)) changes.push(`R2: ${key} was stored and is not to be deleted`)
      return changes
    }
  }

  /** Which of the keys D1 does not come to list as those that are to be deleted. */
  async function notDropped(keys: string[]): Promise<string[]> {
    const untilMs = performance.now() + DROPPED_WITHIN_MS
    for (let left = keys; ; await setTimeout(20)) {
      if (left.length === 0) return left
      const { results } = await db
        .prepare('SELECT value AS key FROM json_each(?) WHERE value NOT IN (SELECT key FROM garbage)')
        .bind(JSON.stringify(left))
        .all<{ key: string }>()
      left = results.map(({ key }) => key)
      if (performance.now() > untilMs) return left
    }
  }

  return watch
}
