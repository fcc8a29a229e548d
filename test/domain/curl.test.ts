import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curlOf, quoteForShell } from '../../src/dashboard/platform/curl.ts'

/** What a program gets of a command line, argument by argument. */
function argumentsOf(command: string, env: { STELLWERK_TOKEN?: string } = {}): string[] {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }; ${command}`
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { env: env as NodeJS.ProcessEnv, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\0').slice(0, -1)
}

const url = 'https://stellwerk.example/api/v1/admin/training/jobs'

test('whatever a job is called, the shell hands it over as it is and runs none of it', () => {
  const nasty = [
    "'; rm -rf /; '",
    '$(id)',
    '`id`',
    '$HOME',
    '\\',
    '"',
    "it's",
    'a\nb',
    '!!',
    '~',
    '*',
    "'\\''",
    '@/etc/passwd',
    '',
  ]
  for (const name of nasty) {
    const sent = argumentsOf(curlOf({ method: 'POST', url, json: { name } }, false)).at(-1) ?? ''
    expect(JSON.parse(sent)).toEqual({ name })
  }
})

test('any text is one word of a shell', () => {
  const text = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', ''))
  const texts = fc.sample(text, 500)
  expect(argumentsOf(`curl ${texts.map(quoteForShell).join(' ')}`)).toEqual(texts)
})

test('the token is read from a variable of the shell, and only where one is needed', () => {
  const request = { url: `${url}?q=a'b&tag=[x]` }
  expect(argumentsOf(curlOf(request, true), { STELLWERK_TOKEN: 'stw_$(id)' })).toEqual([
    '--globoff',
    `${url}?q=a'b&tag=[x]`,
    '--header',
    'Authorization: Bearer stw_$(id)',
  ])
  expect(curlOf(request, false)).not.toContain('Authorization')
})

test('a command says its method, and a stream is not held back', () => {
  expect(argumentsOf(curlOf({ method: 'DELETE', url }, false))).toEqual(['--globoff', '--request', 'DELETE', url])
  expect(argumentsOf(curlOf({ url, streams: true }, false))).toEqual(['--globoff', '--no-buffer', url])
})
