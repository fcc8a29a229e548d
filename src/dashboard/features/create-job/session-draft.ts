import { DRAFT_CHARS_MAX } from '../../platform/limits.ts'
import { type Draft, readDraft } from './draft.ts'

/** A request that can be repeated: its key, its content, and whether the job may wait. */
export type Attempt = { key: string; request: string; waits: boolean }

/** What survives a reload: the form, the job it duplicates, and an unanswered request. */
export type Stored = { from: string | null; draft: Draft; attempt: Attempt | null }

const storageKey = 'create-job'

/** The stored form for a duplicate of `from`; `null`: none. */
export function recallDraft(from: string | null): Stored | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Partial<Stored> | null
    const draft = readDraft(stored?.draft)
    if (draft === null || (stored?.from ?? null) !== from) return null
    return { from, draft, attempt: readAttempt(stored?.attempt) }
  } catch {
    return null
  }
}

function readAttempt(stored: Partial<Attempt> | null | undefined): Attempt | null {
  const { key, request, waits = false } = stored ?? {}
  return typeof key === 'string' && typeof request === 'string' ? { key, request, waits } : null
}

/** Keeps the form for this tab, where the browser keeps anything. */
export function rememberDraft(stored: Stored): void {
  const text = JSON.stringify(stored)
  try {
    if (text.length <= DRAFT_CHARS_MAX) sessionStorage.setItem(storageKey, text)
  } catch {
    // The form holds as long as the page does.
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(storageKey)
  } catch {
    // Nothing was stored.
  }
}
