type Choice =
  | 'language'
  | 'theme'
  | 'shortcuts'
  | 'output-wraps'
  | 'job-columns'
  | 'compare-columns'
  | 'watched-jobs'
  | 'metrics'

/** A choice stored in the browser; `null`: none. */
export function recall(key: Choice): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Stores a choice for the next visit, if the browser allows; `null` removes it. */
export function remember(key: Choice, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // The choice applies to this visit only.
  }
}

/** Forgets what this visit has stored, such as a half-filled form: the next user may be another. */
export function forgetVisit(): void {
  try {
    sessionStorage.clear()
  } catch {
    // Nothing was stored.
  }
}
