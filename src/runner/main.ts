/** The runner program: see `--help`, in usage.ts. */
import { Attempt } from './attempt.ts'
import { ClaimRefused, Claims } from './claims.ts'
import { codeOf, makeFolder } from './files.ts'
import { Service } from './http.ts'
import { Interrupts } from './interrupts.ts'
import { Lock } from './lock.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { sayTo } from './say.ts'
import { State } from './state.ts'
import { supervise } from './supervisor.ts'
import { type ExitStatus, exitStatuses, statusOf, usage } from './usage.ts'
import { version } from './version.ts'

const [first = '', folder = ''] = process.argv.slice(2)
if (first === '--supervise') await supervise(folder)
else process.exit(await main())

async function main(): Promise<ExitStatus> {
  try {
    const options = readOptions(process.argv.slice(2), process.env)
    if (typeof options !== 'string') return await work(options)
    process.stdout.write(options === 'help' ? usage : `${version}\n`)
    return exitStatuses.done
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message} See --help.`)
      return exitStatuses.usage
    }
    const isExpected = error instanceof ClaimRefused || codeOf(error) !== undefined
    console.error(isExpected ? (error as Error).message : error)
    return error instanceof ClaimRefused ? exitStatuses.refused : exitStatuses.bug
  }
}

async function work(options: Options): Promise<ExitStatus> {
  const say = sayTo(process.stdout)
  const lock = lockOf(options)
  if (!(lock instanceof Lock)) {
    console.error(`${options.workdir} is used by another runner, ${lock.holder}: choose another --workdir.`)
    return exitStatuses.locked
  }
  const interrupts = new Interrupts()
  try {
    const state = openState(options)
    if (typeof state === 'number') return state
    const service = new Service(options.url)
    const claims = new Claims(service, options, state, say)
    for (;;) {
      const attempt = state.attempt ?? (await claims.next(interrupts))
      if (attempt === null) {
        await claims.leave()
        break
      }
      const result = await new Attempt({ options, service, claims, state, interrupts, say }, attempt).run()
      if (result === 'kept') break
      if (interrupts.first !== null) {
        await claims.leave()
        break
      }
      if (options.once) return statusOf[result]
    }
    return interrupts.first === 'SIGINT' ? exitStatuses.interrupted : exitStatuses.terminated
  } finally {
    lock.release()
  }
}

/** @throws UsageError if the folder cannot be written */
function lockOf({ workdir }: Options) {
  try {
    return Lock.take(makeFolder(workdir))
  } catch (error) {
    throw new UsageError(`--workdir cannot be used: ${(error as Error).message}.`)
  }
}

function openState({ workdir, url }: Options): State | ExitStatus {
  try {
    return new State(workdir, url)
  } catch (error) {
    console.error((error as Error).message)
    return exitStatuses.locked
  }
}
