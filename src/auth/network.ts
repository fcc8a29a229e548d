/**
 * The network for which failed attempts from an address are counted: an IPv4 address itself; the first 64 bits of an
 * IPv6 address, since a client usually has all 2⁶⁴ addresses of its subnet (RFC 6177). Other text is returned unchanged.
 */
export function networkOf(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  if (!address.includes(':') || head.includes('.') || tail?.includes('.')) return address
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ? tail.split(':') : [])]
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
