/** A request, as far as a command line needs to say it. */
export type CurlRequest = {
  method?: 'GET' | 'POST' | 'DELETE'
  url: string | URL
  /** Sent as JSON. */
  json?: unknown
  /** A stream: shown as it comes. */
  streams?: boolean
}

/**
 * The curl command of a request, for sh and its relatives. It never contains a token: with one it reads the variable
 * STELLWERK_TOKEN of the shell.
 */
export function curlOf({ method = 'GET', url, json, streams = false }: CurlRequest, needsToken: boolean): string {
  const parts = [
    // curl would take brackets and braces in an address for a pattern.
    `curl --globoff${streams ? ' --no-buffer' : ''}${method === 'GET' ? '' : ` --request ${method}`} ${quoteForShell(String(url))}`,
  ]
  if (needsToken) parts.push('--header "Authorization: Bearer $STELLWERK_TOKEN"')
  if (json !== undefined) {
    parts.push(`--header ${quoteForShell('Content-Type: application/json')}`)
    parts.push(`--data-raw ${quoteForShell(JSON.stringify(json))}`)
  }
  return parts.join(' \\\n  ')
}

/** A text as one word of a shell that takes nothing in it for more than a text. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
