/**
 * Writes one line of JSON, which Workers Logs indexes by its fields.
 *
 * @param event what happened, in snake_case
 * @param facts what is known of it; never a secret, a token or a body
 */
export function log(level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown> = {}): void {
  console[level](JSON.stringify({ level, event, ...facts }))
}
