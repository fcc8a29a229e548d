const hosts = new Set(['localhost', '127.0.0.1', '[::1]'])
const loopback = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i

/** In which somebody on the way says for whom he asks. */
const forwarding = ['Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via']

/**
 * Whether a request comes from this very machine and is for it: it asks for localhost, and neither Cloudflare, which
 * always names the address it speaks for, nor a tunnel or proxy has passed it on. So an opening that was left on by
 * mistake opens nothing that Cloudflare serves.
 *
 * Headers can close here, never prove anything: under `wrangler dev` a caller who brings `CF-Connecting-IP` is believed.
 * What keeps the neighbours out there is that `npm start` listens on this machine alone (scripts/start.ts).
 */
export function isFromThisMachine({ url, headers }: Pick<Request, 'url' | 'headers'>): boolean {
  const address = headers.get('CF-Connecting-IP')
  return (
    hosts.has(new URL(url).hostname) &&
    (address === null || loopback.test(address)) &&
    !forwarding.some((name) => headers.has(name))
  )
}
