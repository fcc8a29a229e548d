/** What the browser keeps between visits; `null` where it keeps nothing. */
export function recall(key: 'language' | 'theme'): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a choice for the next visit, where the browser keeps anything; `null` forgets it. */
export function remember(key: 'language' | 'theme', value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // The choice holds for this visit.
  }
}

/** Forgets what this visit has kept, such as a form half filled: somebody else may come next. */
export function forgetVisit(): void {
  try {
    sessionStorage.clear()
  } catch {
    // There was nothing.
  }
}
