import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lockErrors } from '../../scripts/lock-errors.ts'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

test('npm ci can verify every package, including those of other platforms, and the lock file names no address', () => {
  expect(Object.keys(lock.packages)).toContain('node_modules/@cloudflare/workerd-darwin-arm64')
  expect(lockErrors(lock)).toEqual([])
})

test.each<[string, object]>([
  ['without a hash', {}],
  ['with a hash that can be forged', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
  ['with an address', { integrity: 'sha512-x', resolved: 'https://packages.example/x.tgz' }],
])('a package %s is found', (_, found) => {
  expect(lockErrors({ packages: { '': {}, 'node_modules/x': found } })).toHaveLength(1)
})
