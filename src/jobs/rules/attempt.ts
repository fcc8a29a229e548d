/** Files from which training can go on, and the step at which they stand. */
export type Checkpoint = { step: number; path: string }

/**
 * The ways in which an attempt ends. Its own `finish` gives the first five. `replaced`: another one was confirmed, or it was
 * never confirmed itself. `given_up`: by an operator, or by Stellwerk when it was lost with a request open. `overtaken`: the
 * job became final without it.
 */
export const attemptEnds = [
  ...(['completed', 'failed', 'paused', 'cancelled', 'released'] as const),
  ...(['replaced', 'given_up', 'overtaken'] as const),
] as const
export type AttemptEnd = (typeof attemptEnds)[number]

/** One runner's go at a job. All times are whole Unix milliseconds. */
export type Attempt = {
  /** From 1 within the job. */
  number: number
  /** The name that the runner gave itself. */
  runner: string
  /** Chosen by the runner: a claim that is repeated gets the same attempt. */
  claimId: string
  /** The SHA-256 of its token. The tokens of earlier answers to the same claim are dead. */
  tokenHash: string
  /** Those of the earlier answers; missing: there were none. */
  formerHashes?: readonly string[]
  /** How often the claim was answered again. */
  repeats: number
  claimedMs: number
  /** When its first word came, after which its process may start; `null` before. */
  confirmedMs: number | null
  /** Whether it was not confirmed in time. Its word still counts until another runner takes the job. */
  isOverdue: boolean
  /** Where it went on; `null`: from the beginning. */
  resumedFrom: Checkpoint | null
  /** Points of earlier attempts at this step and after are superseded. It only falls. */
  fromStep: number
  silentSinceMs: number | null
  /** When it was last heard before that; missing: unknown. */
  heardMs?: number
  stalledSinceMs: number | null
  /** Since when the job is without it: silent for so long that others were offered the job, or would have been. */
  lostMs: number | null
  /** `toldMs`: when its client says that it ended, by its own clock; missing: it says nothing of it. */
  end: { how: AttemptEnd; atMs: number; sequence: number | null; toldMs?: number } | null
  /** The last checkpoint that it has registered, or the one that its `finish` named; missing: none. */
  checkpoint?: Checkpoint
}

/** What an operator wants of a running trainer. */
export type RequestKind = 'pause' | 'cancel'

/** A request to a live attempt, until it is acknowledged. */
export type TrainerRequest = {
  /** From 1 within the job. */
  id: number
  what: RequestKind
  atMs: number
  by: string | null
  /** Seconds that the process has to save and end, counted from `seenMs`. */
  graceS: number
  seenMs: number | null
  stoppingMs: number | null
}

/** From this point of the curve on, a stream repeats what still counts; everything held at `fromStep` and after is dropped. */
export type Rewind = { revision: number; fromStep: number; point: number }

/** What runners have made of a job. */
export type Attempts = {
  /** By number, from 1. */
  all: readonly Attempt[]
  /** Since when runners may claim the job; `null`: they may not. */
  offeredMs: number | null
  /** Until when it waits at least for runners, after Stellwerk was away itself; `null`: as long as usual. */
  waitsUntilMs: number | null
  /** How many confirmed attempts were lost. */
  losses: number
  /** How many silences and stalls are in the log. */
  silences: number
  requested: TrainerRequest | null
  /** The id of the latest request. */
  requests: number
  totalSteps: number | null
  /** How often `totalSteps` was announced. */
  plans: number
  /** The last checkpoint, from which the next attempt goes on. */
  checkpoint: Checkpoint | null
  rewinds: readonly Rewind[]
}

export const noAttempts: Attempts = {
  all: [],
  offeredMs: null,
  waitsUntilMs: null,
  losses: 0,
  silences: 0,
  requested: null,
  requests: 0,
  totalSteps: null,
  plans: 0,
  checkpoint: null,
  rewinds: [],
}

/** The events of attempts. `attempt`: its number. */
export type AttemptEvent =
  /** Runners may claim the job. */
  | { type: 'offered' }
  | { type: 'claimed'; attempt: number; runner: string; claimId: string; token: string; version?: string }
  /** A script has opened the job as a run of its own: its one attempt. `token`: that speaks for it; empty: a credential does. */
  | { type: 'opened'; runner: string; token: string }
  /** The same claim was answered again, with another token. */
  | { type: 'claim_repeated'; attempt: number; token: string }
  /** Claimed, but not confirmed in time: offered again. */
  | { type: 'claim_expired'; attempt: number }
  /** The first word: the attempt has the job, and its predecessor has not. */
  | { type: 'confirmed'; attempt: number; resumedFrom: Checkpoint | null; fromStep: number }
  /**
   * Points at `fromStep` and after of earlier attempts are superseded. Streams drop them, and continue with `point`, the first
   * of this attempt; if that has reported lower steps, they drop everything, which begins at `dropFrom`, and start over.
   */
  | { type: 'rewound'; attempt: number; fromStep: number; point: number; dropFrom?: number }
  /** How many steps the trainer will do. */
  | { type: 'planned'; totalSteps: number }
  /** Not heard since `sinceMs` at least. `heardMs`: when it was last heard; missing if that was not known. */
  | { type: 'silent'; attempt: number; sinceMs: number; heardMs?: number }
  /** Heard again; a claim by another runner that was not confirmed yet is withdrawn. */
  | { type: 'returned'; attempt: number }
  /** Heard, but without a step or output since. */
  | { type: 'stalled'; attempt: number; sinceMs: number }
  | { type: 'stall_ended'; attempt: number }
  /** Silent for too long: the job is offered to others (`isOffered`), or waits for this runner alone. */
  | { type: 'lost'; attempt: number; isOffered: boolean }
  /** Stellwerk was away when the job should have been given up: runners get another chance. */
  | { type: 'offer_extended'; untilMs: number }
  /** Fenced without a successor: its process may still run. */
  | { type: 'given_up'; attempt: number; message: string }
  | {
      type: 'finished'
      attempt: number
      outcome: Extract<AttemptEnd, 'completed' | 'failed' | 'paused' | 'cancelled' | 'released'>
      sequence: number
      checkpoint?: Checkpoint
      /** A checkpoint that the runner named and that is not registered. */
      ignored?: Checkpoint
      exitStatus?: number
      signal?: string
      /** When, by the clock of a client that says so. */
      toldMs?: number
    }
  /** The files of a checkpoint are whole: the next attempt goes on from it. */
  | { type: 'checkpointed'; attempt: number; checkpoint: Checkpoint }
  | { type: 'requested'; id: number; what: RequestKind; graceS: number }
  | { type: 'request_withdrawn'; id: number }
  | { type: 'request_seen'; id: number }
  | { type: 'stopping'; id: number }
