import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunnerPlace, runnerCommand, runnerPlaces } from '../../src/dashboard/domain/runner-command.ts'

const secret = 'stw_secret-of-this-test'
const setup = { origin: 'https://stellwerk.example.org', tokenName: 'gpu 1/Ü', training: 'python train.py --lr=3e-4' }
const tokenFile = '.stellwerk/gpu_1__.token'

/** What people put behind their runner, and what their shell makes of it. */
const trainings: [training: string, words: string[]][] = [
  ['python train.py --lr=3e-4', ['python', 'train.py', '--lr=3e-4']],
  ['LR=1 python train.py', ['sh', '-c', 'LR=1 python train.py']],
  [`. venv/bin/activate && python train.py 'it''s' "$HOME" \`id\` 50% \\`, ['sh', '-c']],
]

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stellwerk-home-'))
  // Programs that say how they were called: one argument a line, and an empty one at the end.
  for (const name of ['curl', 'node', 'systemctl', 'loginctl', 'sbatch']) {
    writeFileSync(join(home, name), `#!/bin/bash\nprintf '%s\\n' "$@" '' >> ${home}/${name}.log\n`)
    chmodSync(join(home, name), 0o755)
  }
})
afterEach(() => rmSync(home, { recursive: true }))

const read = (file: string) => readFileSync(join(home, file), 'utf8')
const callsOf = (program: string) =>
  read(`${program}.log`)
    .trimEnd()
    .split('\n\n')
    .map((call) => call.split('\n'))

/** Runs a command as bash does that it is pasted into, and answers the question for the token. */
function paste(command: string): void {
  const env = { HOME: home, PATH: `${home}:/usr/bin:/bin`, SLURM_JOB_ID: '4711' } as unknown as NodeJS.ProcessEnv
  const { status, stderr } = spawnSync('bash', ['-c', command], {
    cwd: home,
    env,
    input: `${secret}\n`,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
}

test.each(runnerPlaces)('the command for %s keeps the token in a file of its owner, and in no argument', (place) => {
  const command = runnerCommand(place, setup)
  paste(command)
  expect(read(tokenFile)).toBe(`${secret}\n`)
  expect(statSync(join(home, tokenFile)).mode & 0o777).toBe(0o600)
  expect(callsOf('curl')).toEqual([
    ['-fsS', '-o', `${home}/.stellwerk/runner.mjs`, 'https://stellwerk.example.org/runner.mjs'],
  ])
  for (const program of ['curl', ...programsOf[place]]) expect(read(`${program}.log`)).not.toContain(secret)
})

const programsOf: Record<RunnerPlace, string[]> = {
  shell: ['node'],
  systemd: ['systemctl', 'loginctl'],
  slurm: ['sbatch'],
}
const own = () => ['--url', setup.origin, '--token-file', `${home}/${tokenFile}`]

test.each(trainings)('a shell hands over to the runner what trains: %s', (training, words) => {
  paste(runnerCommand('shell', { ...setup, training }))
  const given = [`${home}/.stellwerk/runner.mjs`, ...own(), '--', ...words]
  expect(callsOf('node')[0]?.slice(0, given.length)).toEqual(given)
  expect(callsOf('node')[0]?.at(-1)).toBe(words[0] === 'sh' ? training : words.at(-1))
})

test.each(trainings)(
  'a script of Slurm is valid, becomes the runner of one job, and hands over what trains: %s',
  (training, words) => {
    paste(runnerCommand('slurm', { ...setup, training }))
    expect(callsOf('sbatch')).toEqual([['stellwerk-runner.sbatch']])
    expect(spawnSync('bash', ['-n', join(home, 'stellwerk-runner.sbatch')]).status).toBe(0)
    expect(read('stellwerk-runner.sbatch')).toMatch(/^#!\/bin\/bash\n(#SBATCH --\S+\n)+exec node [^\n]+\n$/)
    paste(`printf '' > node.log; . ./stellwerk-runner.sbatch`)
    const given = [`${home}/.stellwerk/runner.mjs`, ...own(), '--name', 'slurm-4711', '--once', '--', ...words]
    expect(callsOf('node')[0]?.slice(0, given.length)).toEqual(given)
  },
)

test.each(trainings)('systemd finds nothing wrong with the unit that trains by %s', (training) => {
  paste(runnerCommand('systemd', { ...setup, training }))
  expect(callsOf('systemctl')).toEqual([
    ['--user', 'daemon-reload'],
    ['--user', 'enable', '--now', 'stellwerk-runner'],
  ])
  const file = '.config/systemd/user/stellwerk-runner.service'
  const env = { HOME: home, PATH: process.env.PATH, XDG_RUNTIME_DIR: home } as unknown as NodeJS.ProcessEnv
  const verify = spawnSync('systemd-analyze', ['verify', '--user', join(home, file)], { env, encoding: 'utf8' })
  // A machine without systemd cannot ask it.
  if (verify.error === undefined) expect([verify.status, verify.stderr]).toEqual([0, ''])
  const lines = read(file).split('\n')
  expect(lines).toContain(`WorkingDirectory=${home}`)
  expect(lines).toContain(`Environment="PATH=${home}:/usr/bin:/bin"`)
  expect(wordsIn(lines.find((line) => line.startsWith('ExecStart=')) ?? '')).toEqual([
    ...[`${home}/node`, '%h/.stellwerk/runner.mjs', '--url', setup.origin, '--token-file', `%h/${tokenFile}`, '--'],
    ...(training.includes('&&') || training.startsWith('LR') ? ['/bin/sh', '-c', training] : training.split(' ')),
  ])
})

/** The words of a command line of systemd, as systemd.service(5) and systemd.syntax(7) define them. */
function wordsIn(line: string): string[] {
  const words = line.slice('ExecStart='.length).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)
  return [...words].map(([, quoted, bare]) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '').replaceAll('%%', '%').replaceAll('$$', '$'),
  )
}

test('where no token is needed, none is asked for', () => {
  for (const place of runnerPlaces) expect(runnerCommand(place, { ...setup, tokenName: null })).not.toMatch(/token/i)
  paste(runnerCommand('shell', { ...setup, tokenName: null }))
  expect(callsOf('node')[0]).toEqual([
    ...[`${home}/.stellwerk/runner.mjs`, '--url', setup.origin, '--', 'python', 'train.py', '--lr=3e-4'],
  ])
})
