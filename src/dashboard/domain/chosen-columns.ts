import { type ReadonlySignal, signal } from '@preact/signals'
import { COLUMNS_MAX } from '../platform/limits.ts'
import { recall, remember } from '../platform/stored.ts'
import { columnOf } from './job-columns.ts'

/** The columns that somebody has chosen for a table of jobs: kept in the browser, for the next visit too. */
export type ChosenColumns = {
  /** In their order; `null`: nobody has chosen. */
  keys: ReadonlySignal<readonly string[] | null>
  choose: (keys: readonly string[]) => void
  reset: () => void
}

export function chosenColumns(stored: 'job-columns' | 'compare-columns'): ChosenColumns {
  const keys = signal<readonly string[] | null>(keysIn(recall(stored)))
  const choose = (next: readonly string[]) => {
    keys.value = next.slice(0, COLUMNS_MAX)
    remember(stored, JSON.stringify(keys.value))
  }
  const reset = () => {
    keys.value = null
    remember(stored, null)
  }
  return { keys, choose, reset }
}

/** The keys in what is stored, each once; `null`: nothing is stored, or nothing that could be. */
export function keysIn(text: string | null): string[] | null {
  if (text === null) return null
  try {
    const stored: unknown = JSON.parse(text)
    if (!Array.isArray(stored)) return null
    const known = stored.filter((key): key is string => typeof key === 'string' && columnOf(key) !== null)
    return [...new Set(known)].slice(0, COLUMNS_MAX)
  } catch {
    return null
  }
}
