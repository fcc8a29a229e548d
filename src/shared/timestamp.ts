/** A time in Unix ms as the API gives it: ISO 8601 in UTC; `null` stays `null`. */
export function timestamp(ms: number): string
export function timestamp(ms: number | null): string | null
export function timestamp(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
