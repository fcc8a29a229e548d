import { effect, type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { RESOURCES_KEPT_MAX, REVALIDATE_DEFAULT_MS, REVALIDATE_MIN_MS } from '../platform/limits.ts'
import { isOffline, newerOf, type Problem } from './problem.ts'
import { reachable } from './reachability.ts'
import type { Answer, RequestOptions } from './request.ts'
import { session } from './session.ts'

export type ResourceState<T> = {
  /** The newest data, also while a newer request is pending or was refused; `null` before the first response. */
  data: T | null
  /** When `data` was read, Unix ms; 0 before. */
  readMs: number
  /** The refusal of the last request; `null` if it succeeded. */
  refusal: Problem | null
  loading: boolean
}

/** Data of the API, kept up to date while a page shows it. */
export type Resource<T> = ResourceState<T> & { refresh: () => Promise<void> }

/** Loads the resource; `options` are for `request`. */
export type Loader<T> = (options: RequestOptions) => Promise<Answer<T>>

export type ResourceOptions = {
  /** How often to revalidate while the page is visible; `Infinity`: only on events. */
  everyMs?: number | (() => number)
}

type Entry = {
  state: Signal<ResourceState<unknown>>
  load: Loader<unknown>
  users: number
  usedMs: number
  pending: Promise<void> | null
  requestedMs: number
  everyMs: () => number
}

const entries = new Map<string, Entry>()

/**
 * A resource by its key, shared by all components that use it. Loaded at once, and again when the page comes back into
 * view, the server is reachable again, a user signs in, and every `everyMs`.
 */
export function useResource<T>(
  key: string,
  load: Loader<T>,
  { everyMs = REVALIDATE_DEFAULT_MS }: ResourceOptions = {},
): Resource<T> {
  const entry = entryOf(key)
  entry.load = load as Loader<unknown>
  entry.everyMs = () => Math.max(REVALIDATE_MIN_MS, typeof everyMs === 'number' ? everyMs : everyMs())
  useEffect(() => {
    entry.users++
    void fetchOnce(entry)
    return () => {
      entry.users--
      entry.usedMs = Date.now()
      forgetOldest()
      noteStale()
    }
  }, [entry])
  const state = entry.state.value as ResourceState<T>
  return { ...state, refresh: () => revalidate(entry) }
}

/** Revalidates all resources whose key begins with a prefix, after a command has changed them. */
export async function refresh(prefix: string): Promise<void> {
  const matches = [...entries].filter(([key]) => key.startsWith(prefix))
  await Promise.all(matches.map(([key, entry]) => (entry.users > 0 ? revalidate(entry) : entries.delete(key))))
}

/**
 * Whether the data may be out of date because newer data was refused. An unreachable server is reported by the banner.
 */
export const isStale = ({ data, refusal }: ResourceState<unknown>): boolean =>
  data !== null && refusal !== null && refusal.status !== 404 && !isOffline(refusal)

/** Why data on the page may be out of date; `null` if none is. */
export const staleness = signal<Problem | null>(null)

/** Revalidates all resources that may be out of date. */
export async function refreshStale(): Promise<void> {
  await Promise.all(staleEntries().map(revalidate))
}

const staleEntries = (): Entry[] =>
  [...entries.values()].filter(({ users, state }) => users > 0 && isStale(state.peek()))

function noteStale(): void {
  const refusal = staleEntries()[0]?.state.peek().refusal ?? null
  staleness.value = refusal && newerOf(staleness.peek(), refusal)
}

function entryOf(key: string): Entry {
  const existing = entries.get(key)
  if (existing) return existing
  const state = signal<ResourceState<unknown>>({ data: null, readMs: 0, refusal: null, loading: true })
  const load: Loader<unknown> = () => Promise.reject(new Error(`${key} has no loader`))
  const entry: Entry = {
    state,
    load,
    users: 0,
    usedMs: Date.now(),
    pending: null,
    requestedMs: 0,
    everyMs: () => Infinity,
  }
  entries.set(key, entry)
  return entry
}

/** One request at a time; callers share the pending one. */
function fetchOnce(entry: Entry, options: RequestOptions = { inBackground: true }): Promise<void> {
  if (entry.pending !== null) return entry.pending
  const pending = ask(entry, options).finally(() => {
    if (entry.pending === pending) entry.pending = null
  })
  entry.pending = pending
  return pending
}

/** Waits for the pending request, which may predate the change, and sends another. */
async function revalidate(entry: Entry): Promise<void> {
  await entry.pending
  await fetchOnce(entry, {})
}

async function ask(entry: Entry, options: RequestOptions): Promise<void> {
  entry.requestedMs = Date.now()
  const before = entry.state.peek()
  if (before.data === null) entry.state.value = { ...before, loading: true }
  const answer = await entry.load(options)
  entry.state.value = answer.ok
    ? { data: answer.data, readMs: Date.now(), refusal: null, loading: false }
    : { ...entry.state.peek(), refusal: newerOf(before.refusal, answer.refusal), loading: false }
  noteStale()
}

function forgetOldest(): void {
  const unused = [...entries].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.usedMs - b.usedMs)
  for (const [key] of unused.slice(0, Math.max(0, unused.length - RESOURCES_KEPT_MAX))) entries.delete(key)
}

function revalidateDue(isDue: (entry: Entry) => boolean): void {
  if (document.visibilityState === 'hidden' || !reachable.peek()) return
  for (const entry of entries.values()) if (entry.users > 0 && isDue(entry)) void fetchOnce(entry)
}

const isOld = (entry: Entry) => entry.everyMs() < Infinity && Date.now() - entry.requestedMs >= REVALIDATE_MIN_MS

/** Starts revalidating what is shown. Called once. */
export function startRevalidation(): void {
  setInterval(() => revalidateDue((entry) => Date.now() - entry.requestedMs >= entry.everyMs()), REVALIDATE_MIN_MS / 2)
  addEventListener('focus', () => revalidateDue(isOld))
  document.addEventListener('visibilitychange', () => revalidateDue(isOld))
  effect(() => {
    if (reachable.value) revalidateDue(() => true)
  })
  effect(() => {
    if (session.value.phase === 'signed-in') revalidateDue(() => true)
  })
}
