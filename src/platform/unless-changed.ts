/**
 * Reads vars again only once one of them has changed: each request asks for its settings, and a schema takes longer than the
 * rest of a short request. What throws is read again each time.
 */
export function unlessChanged<V extends object, T>(names: readonly string[], read: (vars: V) => T): (vars: V) => T {
  let last: { values: unknown[]; result: T } | null = null
  return (vars) => {
    const values = names.map((name) => vars[name as keyof V])
    if (last?.values.every((value, i) => value === values[i])) return last.result
    const result = read(vars)
    last = { values, result }
    return result
  }
}
