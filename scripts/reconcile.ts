/** Repairs D1's register after D1 was restored: `npm run reconcile`, and `--help`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ExitCode, exitCodes } from './job/usage.ts'
import { caller } from './reconcile/call.ts'
import { type Command, readCommand } from './reconcile/command.ts'
import { readObjects } from './reconcile/objects.ts'
import { reconcileAll } from './reconcile/run.ts'
import { usage } from './reconcile/usage.ts'
import { connect, explain } from './service.ts'

const script = {
  help: 'npm run reconcile -- --help',
  token: 'Set an API token of an admin, or ADMIN_TOKEN, in STELLWERK_TOKEN.',
}
const print = (line: string) => void process.stdout.write(`${line}\n`)

process.exitCode = await main()

async function main(): Promise<ExitCode> {
  let where = ''
  try {
    const command = readCommand(process.argv.slice(2), process.env)
    where = command?.url ?? ''
    if (command !== null) return await reconcile(command)
    process.stdout.write(usage)
    return exitCodes.done
  } catch (error) {
    const [code, sentence] = explain(error, where, script)
    console.error(sentence)
    return code
  }
}

async function reconcile({ url, token, worker, source }: Command): Promise<ExitCode> {
  const call = caller(connect(url, token), sleep)
  // Read first, so that an error comes before any change.
  const objects = await readObjects(source, worker, process.env)
  print(`Comparing the register of ${url} with ${objects.ids.length} objects ${objects.where}`)
  return reconcileAll(call, objects.ids, { print, printError: console.error, sleep })
}
