import { expect, test } from 'vitest'
import { networkOf } from '../../src/auth/network.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1::', '2001:db8:1:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ['', ''],
])('failures from %s are counted for %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('an IPv6 subnet counts as one network, however many of its addresses are used', () => {
  const networks = new Set(Array.from({ length: 100 }, (_, n) => networkOf(`2001:db8:a:b::${n.toString(16)}`)))
  expect(networks.size).toBe(1)
  expect(networkOf('2001:db8:a:c::1')).not.toBe(networkOf('2001:db8:a:b::1'))
})
