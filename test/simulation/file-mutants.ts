import { type Ledger, ledger } from '../../src/artifacts/ledger.ts'
import { ArtifactStore } from '../../src/jobs/object/artifact-store.ts'
import type { Parts } from '../../src/jobs/object/parts.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import type { Mutant } from './mutants.ts'

/** D1's knowledge of files with some methods replaced. */
const ledgerWith = (faulty: (sound: Ledger, db: D1Database) => Partial<Ledger>): Partial<Parts> => ({
  ledger: (db) => {
    const sound = ledger(db)
    return { ...sound, ...faulty(sound, db) }
  },
})

/** Files that no version takes over. */
class NoOwner extends ArtifactStore {
  override follow(event: JobEvent, jobId: string, nowMs: number) {
    if (event.type === 'deleted') super.follow(event, jobId, nowMs)
  }
}

/** Deletes what a job drops, whoever else has it. */
const heedless = ledgerWith((sound, db) => ({
  takeOver: async (jobId, keys, nowMs) => {
    await sound.takeOver(jobId, keys, nowMs)
    const all = 'UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL AND key IN (SELECT value FROM json_each(?1))'
    await db
      .prepare(all)
      .bind(JSON.stringify(keys.map(({ key }) => key)), nowMs)
      .run()
  },
}))

/** Keeps for ever what is being uploaded. */
class NeverAbandons extends ArtifactStore {
  constructor(storage: DurableObjectStorage) {
    super(storage)
    Object.defineProperty(this.uploads, 'oldestMs', { value: null })
    this.uploads.oldest = () => null
  }
}

/** Faults in what is done with files. */
export const fileMutants: Mutant[] = [
  {
    name: 'show-a-file-before-its-bytes',
    seed: 88,
    breaks: 'promise 17: ',
    object: (sound) =>
      class extends sound {
        override async beginPut(...[asker, file]: Parameters<typeof sound.prototype.beginPut>) {
          const order = await super.beginPut(asker, file)
          if ('upload' in order && file.sha256 !== null) await super.commitPut(asker, order.upload, file.sha256, true)
          return order
        }
      },
  },
  {
    name: 'keep-the-keys-of-the-deleted',
    seed: 8,
    breaks: 'promise 18: nobody owns ',
    parts: ledgerWith(() => ({ takeOver: async () => {} })),
  },
  {
    name: 'forget-before-deleting',
    seed: 72,
    breaks: 'promise 18: nobody owns ',
    parts: ledgerWith((sound) => ({
      due: async (...args) => {
        const due = await sound.due(...args)
        await sound.forget(due.keys)
        return due
      },
    })),
  },
  { name: 'delete-what-another-job-holds', seed: 56, breaks: 'promise 17: ', parts: heedless },
  {
    name: 'delete-the-model-with-its-job',
    seed: 8,
    breaks: 'promise 17: ',
    parts: { ...heedless, artifacts: (storage) => new NoOwner(storage) },
  },
  {
    name: 'leave-uploads-open',
    seed: 56,
    breaks: 'promise 18: a multipart upload ',
    parts: ledgerWith((sound) => ({
      takeOver: (jobId, keys, nowMs) =>
        sound.takeOver(
          jobId,
          keys.map((one) => ({ ...one, r2Id: null })),
          nowMs,
        ),
    })),
  },
  {
    name: 'wait-for-the-abandoned',
    seed: 88,
    breaks: 'promise 18: ',
    parts: { artifacts: (storage) => new NeverAbandons(storage) },
  },
]
