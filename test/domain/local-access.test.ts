import { expect, test } from 'vitest'
import { isLocalRequest } from '../../src/auth/local-access.ts'

const isLocal = (url: string, headers: Record<string, string> = {}) =>
  isLocalRequest({ url, headers: new Headers(headers) })

test.each(['http://localhost', 'http://localhost:8787/jobs', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
  '%s is this machine, whichever loopback address the request comes from',
  (url) => {
    expect(isLocal(url)).toBe(true)
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1']) {
      expect(isLocal(url, { 'CF-Connecting-IP': address }), address).toBe(true)
    }
  },
)

test.each(['stellwerk.example', 'localhost.evil.example', '127.0.0.1.nip.io', '0.0.0.0', '192.168.0.2', 'xlocalhost'])(
  '%s is not this machine',
  (host) => {
    expect(isLocal(`http://${host}`)).toBe(false)
  },
)

test.each(['203.0.113.1', '192.168.0.2', '172.17.0.1', '::', 'fe80::1', '2001:db8::1', '127.evil', '1127.0.0.1', ''])(
  'a request from %j is not local, whatever its host',
  (address) => {
    expect(isLocal('http://localhost:8787', { 'CF-Connecting-IP': address })).toBe(false)
  },
)

test.each([
  ['X-Forwarded-For', '127.0.0.1'],
  ['Forwarded', 'for=127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['Via', '1.1 tunnel'],
])('a request that a proxy or tunnel forwarded with %s is not local', (name, value) => {
  expect(isLocal('http://localhost:8787', { 'CF-Connecting-IP': '127.0.0.1', [name]: value })).toBe(false)
})

test.each([
  'CF-Connecting-IP',
  'X-Forwarded-For',
  'Forwarded',
  'X-Real-IP',
  'Via',
  'Host',
  'X-Forwarded-Host',
  'Origin',
])('no %s header makes a request local that is not local without it', (name) => {
  for (const value of ['127.0.0.1', '::1', 'localhost', 'http://localhost', '']) {
    expect(isLocal('http://stellwerk.example', { [name]: value })).toBe(false)
    expect(isLocal('http://localhost', { 'CF-Connecting-IP': '203.0.113.1', [`X-${name}`]: value })).toBe(false)
    expect(isLocal('http://localhost', { Via: '1.1 tunnel', [name]: value })).toBe(false)
  }
})
