const hosts = new Set(['localhost', '127.0.0.1', '[::1]'])
const loopback = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i

/** Headers that proxies and tunnels add. */
const proxyHeaders = ['Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via']

/**
 * Whether a request comes from this machine and is for it: its host is localhost, and it passed neither Cloudflare, which
 * always sets the client's address, nor a tunnel or proxy. So local access that was left on by mistake opens nothing that
 * Cloudflare serves.
 *
 * Headers can only deny, never prove: `wrangler dev` passes on the `CF-Connecting-IP` that a client sends. Other machines
 * of the network are kept out because `npm start` listens on this one alone (scripts/start.ts).
 */
export function isLocalRequest({ url, headers }: Pick<Request, 'url' | 'headers'>): boolean {
  const address = headers.get('CF-Connecting-IP')
  return (
    hosts.has(new URL(url).hostname) &&
    (address === null || loopback.test(address)) &&
    !proxyHeaders.some((name) => headers.has(name))
  )
}
