/** A fault planted into the source, and a seed whose run notices it. */
export type Mutant = { name: string; edits: { file: string; find: string; replace: string }[]; seed: number }

/**
 * What the simulation must notice: each breaks one thing that a promise rests on. Where two things keep a promise, both
 * are broken: an alarm set too early is made good by the sweeper and by the waking object.
 *
 * What a seed does depends on the code that it runs: `npm run simulate -- --mutant <name>` finds another.
 */
export const mutants: Mutant[] = [
  {
    name: 'skip-outbox',
    edits: [
      {
        file: 'jobs/job-storage.ts',
        find: 'return this.#job === null || this.#syncedRevision >= this.#job.revision',
        replace: 'return true',
      },
    ],
    seed: 1,
  },
  {
    name: 'drop-slot-check',
    edits: [
      {
        file: 'jobs/training-job.ts',
        find: "if (!taken) return refuse({ reason: 'slot_taken' })",
        replace: 'void taken',
      },
    ],
    seed: 10,
  },
  {
    name: 'arm-before-commit',
    edits: [
      {
        file: 'jobs/training-job.ts',
        find: '        this.#advance()\n        await this.#flush()',
        replace: '        await this.#arm()\n        this.#advance()\n        await this.#flush()\n        return',
      },
      {
        file: 'jobs/training-job.ts',
        find: 'const lost = this.#armedMs === null || this.#armedMs < Date.now() - ALARM_LOST_MS',
        replace: 'const lost = false',
      },
      { file: 'jobs/sweeper.ts', find: 'await objects.getByName(id).wake(id)', replace: '' },
    ],
    seed: 3,
  },
  {
    name: 'complete-before-d1',
    edits: [
      {
        file: 'jobs/training-job.ts',
        find: 'const exists = await this.#index.complete(final, registration)',
        replace: 'this.#commit([completed], { synced: true })\n    return this.#index.complete(final, registration)',
      },
      {
        file: 'jobs/training-job.ts',
        find: 'if (exists) this.#commit([completed], { synced: true })\n    return exists',
        replace: '',
      },
    ],
    seed: 2,
  },
  {
    name: 'let-older-revisions-win',
    edits: [{ file: 'jobs/job-index.ts', find: 'WHERE id = ?1 AND revision < ?3`', replace: 'WHERE id = ?1`' }],
    seed: 366,
  },
  {
    name: 'register-again',
    edits: [
      {
        file: 'models/registry.ts',
        find: 'FROM uncompleted_jobs WHERE id = ?1`',
        replace: 'FROM (SELECT ?1) WHERE true`',
      },
    ],
    seed: 71,
  },
  {
    name: 'let-the-clock-go-back',
    edits: [
      {
        file: 'jobs/training-job.ts',
        find: 'this.#latestMs = Math.max(this.#latestMs, this.#job?.changedMs ?? 0, Date.now())',
        replace: 'this.#latestMs = Date.now()',
      },
    ],
    seed: 150,
  },
  {
    name: 'do-not-serialise',
    edits: [{ file: 'jobs/training-job.ts', find: 'this.#queue.then(work)', replace: 'work()' }],
    seed: 4,
  },
  {
    name: 'forget-the-never-started',
    edits: [
      {
        file: 'jobs/training-job.ts',
        find: 'const job = this.#job ?? this.#commit([this.#creation(specOf(row.snapshot))])',
        replace: 'const job = this.#job\n      if (job === null) return',
      },
    ],
    seed: 1,
  },
  {
    name: 'count-the-pause',
    edits: [
      {
        file: 'jobs/job.ts',
        find: "return { status: 'paused', pauses: job.pauses + 1, ...stopClock }",
        replace: "return { status: 'paused', pauses: job.pauses + 1 }",
      },
    ],
    seed: 15,
  },
  {
    name: 'send-a-point-twice',
    edits: [
      {
        file: 'jobs/describe.ts',
        find: 'Math.min(pointsBefore, points)\n',
        replace: 'Math.max(0, Math.min(pointsBefore, points) - 1)\n',
      },
    ],
    seed: 2,
  },
  {
    name: 'leave-the-waiting',
    edits: [{ file: 'jobs/queue.ts', find: 'await index.giveSlot(slots, nowMs)', replace: 'null as string | null' }],
    seed: 3,
  },
  {
    name: 'forget-the-key',
    edits: [
      {
        file: 'jobs/operations.ts',
        find: "if ('id' in outcome) return outcome\n",
        replace:
          "if ('id' in outcome) return outcome\n  if ('error' in outcome) return register(env, config, creation, null)\n",
      },
    ],
    seed: 141,
  },
  {
    name: 'show-a-job-that-d1-has-completed',
    edits: [{ file: 'jobs/operations.ts', find: " && moving.status !== 'validating'", replace: '' }],
    seed: 323,
  },
]
