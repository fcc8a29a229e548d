import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Python of a virtual environment that has the pinned clients. @throws as `pythonWith` */
export const pythonWithClients = (): string =>
  pythonWith(fileURLToPath(new URL('requirements.txt', import.meta.url)), 'clients')

/**
 * The Python of a virtual environment that has what a file of requirements pins. It is made in the user's cache if there is
 * none of these pins and this Python yet.
 *
 * @param name begins that of its folder
 * @throws an Error that says what is missing
 */
export function pythonWith(pins: string, name: string): string {
  const { program, version } = findPython()
  const made = createHash('sha256').update(`${version}\n`).update(readFileSync(pins)).digest('hex').slice(0, 16)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(cache, 'stellwerk', `${name}-${made}`)
  if (!existsSync(folder)) {
    console.error(`Installing ${name} in ${folder}`)
    // Renamed into place when it is whole: an interrupted installation leaves nothing that looks like one.
    const beside = `${folder}.${process.pid}`
    try {
      run(program, '-m', 'venv', beside)
      run(join(beside, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--requirement', pins)
      if (!existsSync(folder)) renameSync(beside, folder)
    } finally {
      rmSync(beside, { recursive: true, force: true })
    }
  }
  return join(folder, 'bin/python')
}

function findPython(): { program: string; version: string } {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python3.13', 'python3.12', 'python3.11']
  for (const program of candidates) {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const [version = '', major, minor] = /^Python (\d+)\.(\d+)\S*/.exec(stdout ?? '') ?? []
    // Transformers needs this one.
    if (Number(major) === 3 && Number(minor) >= 11) return { program, version }
  }
  throw sentence(
    'There is no Python ≥ 3.11: install it (apt-get install python3 python3-venv), or say by PYTHON where it is.',
  )
}

function run(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw sentence(`${program} ${args.join(' ')} failed: ${stdout}${stderr}`)
}

/** An error that is shown without where it was thrown. */
const sentence = (message: string): Error => Object.assign(new Error(message), { stack: message })
