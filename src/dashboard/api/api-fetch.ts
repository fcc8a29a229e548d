/**
 * `fetch`, marked as a script's. Where a session of Cloudflare Access has ended, Access answers a marked request 401;
 * an unmarked one it sends to its sign-in page, which no script may read, as if the server could not be reached.
 * https://developers.cloudflare.com/cloudflare-one/identity/users/session-management/
 */
export const apiFetch: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('X-Requested-With', 'XMLHttpRequest')
  return fetch(input, { ...init, headers })
}
