/**
 * Writes one line of JSON; Workers Logs indexes its fields.
 *
 * @param event the event's name, in snake_case
 * @param facts further fields; never a secret, a token or a body
 */
export function log(level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown> = {}): void {
  console[level](JSON.stringify({ level, event, ...facts }))
}
