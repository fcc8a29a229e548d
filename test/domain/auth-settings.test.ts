import { expect, test } from 'vitest'
import { type AuthVars, readAuthSettings } from '../../src/auth/settings.ts'

const secret = 'x'.repeat(32)
const access = { ACCESS_TEAM_DOMAIN: 'team.cloudflareaccess.com', ACCESS_AUD: 'aud' }
const read = (vars: AuthVars, isLocal = false) => readAuthSettings(vars, isLocal)

test('with nothing configured no request can be authenticated', () => {
  expect(read({})).toBeNull()
  expect(read({ ADMIN_TOKEN: '', SESSION_SECRET: secret, ACCESS_TEAM_DOMAIN: '', ACCESS_AUD: '' })).toBeNull()
})

test('either the admin token or Cloudflare Access is enough', () => {
  expect(read({ ADMIN_TOKEN: secret })).toMatchObject({ adminToken: secret, access: null, isOpen: false })
  expect(read(access)).toMatchObject({
    adminToken: null,
    access: { issuer: 'https://team.cloudflareaccess.com', audience: 'aud' },
  })
})

test('local access admits requests from this machine and no others', () => {
  const localAccess: AuthVars = { ALLOW_ANYONE_ON_LOCALHOST: 'true' }
  expect(read(localAccess, true)).toMatchObject({ isOpen: true })
  expect(read(localAccess, false)).toBeNull()
  expect(read({ ALLOW_ANYONE_ON_LOCALHOST: 'false' }, true)).toBeNull()
})

test('local access is off as soon as any other authentication is configured', () => {
  const localAccess: AuthVars = { ALLOW_ANYONE_ON_LOCALHOST: 'true' }
  expect(read({ ...localAccess, ADMIN_TOKEN: secret }, true)).toMatchObject({ isOpen: false })
  expect(read({ ...localAccess, ...access }, true)).toMatchObject({ isOpen: false })
})

test("an address's own entry takes precedence over its domain's, in upper or lower case", () => {
  const ACCESS_ROLES = 'Anna@Example.org=admin, *@example.org=viewer\n*@schule.example=operator'
  const roleOf = read({ ...access, ACCESS_ROLES })?.access?.roleOf
  expect(
    ['anna@example.org', 'BERT@example.org', 'c@schule.example', 'd@example.com', 'no-address'].map((email) =>
      roleOf?.(email),
    ),
  ).toEqual(['admin', 'viewer', 'operator', null, null])
  expect(roleOf?.('anna@example.org@schule.example')).toBe('operator')
  expect(roleOf?.('c@schule.example.evil.example')).toBeNull()
  expect(read(access)?.access?.roleOf('anna@example.org')).toBeNull()
})

test.each<[string, AuthVars]>([
  ['ADMIN_TOKEN', { ADMIN_TOKEN: 'hunter2-hunter2' }],
  ['ADMIN_TOKEN', { ADMIN_TOKEN: `${secret} hunter2` }],
  ['SESSION_SECRET', { ADMIN_TOKEN: secret, SESSION_SECRET: 'hunter2' }],
  ['ACCESS_TEAM_DOMAIN', { ...access, ACCESS_TEAM_DOMAIN: 'http://team.example' }],
  ['ACCESS_TEAM_DOMAIN', { ...access, ACCESS_TEAM_DOMAIN: 'team.example/path' }],
  ['ACCESS_TEAM_DOMAIN', { ACCESS_AUD: 'aud' }],
  ['ACCESS_AUD', { ACCESS_TEAM_DOMAIN: 'team.cloudflareaccess.com' }],
  ['ACCESS_ROLES', { ...access, ACCESS_ROLES: 'anna@example.org=owner' }],
  ['ACCESS_ROLES', { ...access, ACCESS_ROLES: 'anna@example.org=runner' }],
  ['ACCESS_ROLES', { ...access, ACCESS_ROLES: '*=admin' }],
  ['ALLOW_ANYONE_ON_LOCALHOST', { ALLOW_ANYONE_ON_LOCALHOST: 'yes' }],
  ['CORS_ORIGINS', { ADMIN_TOKEN: secret, CORS_ORIGINS: '*' }],
  ['CORS_ORIGINS', { ADMIN_TOKEN: secret, CORS_ORIGINS: 'https://admin.example/' }],
])('an invalid %s is an error that names it and reveals no secret: %j', (name, vars) => {
  let message = ''
  try {
    read(vars, true)
  } catch (error) {
    message = String(error)
  }
  expect(message).toContain(name)
  expect(message).not.toContain('hunter2')
})

test('origins are used as written', () => {
  const origins = read({ ADMIN_TOKEN: secret, CORS_ORIGINS: 'https://admin.example, http://localhost:5173' })?.origins
  expect(origins).toEqual(new Set(['https://admin.example', 'http://localhost:5173']))
})
