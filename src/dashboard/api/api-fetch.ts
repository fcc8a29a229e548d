/**
 * `fetch`, marked as a script's. When a session of Cloudflare Access has ended, Access answers a marked request with
 * 401; an unmarked one is redirected to its sign-in page, which scripts cannot read: it looks like a network error.
 * https://developers.cloudflare.com/cloudflare-one/identity/users/session-management/
 */
export const apiFetch: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('X-Requested-With', 'XMLHttpRequest')
  return fetch(input, { ...init, headers })
}
