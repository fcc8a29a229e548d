/**
 * The network that an address stands for where failures are counted: an IPv4 address itself; of an IPv6 address its first
 * 64 bits, since whoever has one has the 2⁶⁴ of its subnet (RFC 6177). What is no address stands for itself.
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
