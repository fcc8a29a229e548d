/** Training jobs from the terminal: `npm run job -- create|list|watch|pause|resume|cancel|delete …`, and `--help`. */
import { ApiError, createClient } from '../src/client.ts'
import { readCommand } from './job/command.ts'
import { printable } from './job/format.ts'
import { run } from './job/run.ts'
import { type ExitCode, exitCodes, UsageError, usage } from './job/usage.ts'

// Who reads may stop reading, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(exitCodes.done)
})

process.exitCode = await main()

async function main(): Promise<ExitCode> {
  let where = ''
  try {
    const { action, url, token, json } = readCommand(process.argv.slice(2), process.env)
    where = url
    if (action.name !== 'help') return await run(connect(url, token), action, json)
    process.stdout.write(usage)
    return exitCodes.done
  } catch (error) {
    const [code, sentence] = explain(error, where)
    console.error(sentence)
    return code
  }
}

function connect(url: string, token: string | undefined) {
  try {
    return createClient(url, { token })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}.`)
  }
}

/** An error in a sentence that says what to do. */
function explain(error: unknown, url: string): [ExitCode, string] {
  if (error instanceof UsageError) return [exitCodes.usage, `${error.message} See npm run job -- --help.`]
  if (error instanceof ApiError) {
    const how = error.status === 401 ? '. Set it in STELLWERK_TOKEN, or give it with --token.' : ''
    return [exitCodes.refused, printable(error.message) + how]
  }
  if (error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message)) {
    const reason = (error.cause as { code?: string } | undefined)?.code ?? 'no connection'
    const what = 'start the service (npm start), or say where it is with --url or STELLWERK_URL'
    return [exitCodes.unreachable, `No answer from ${url} (${reason}): ${what}.`]
  }
  return [exitCodes.bug, error instanceof Error ? (error.stack ?? error.message) : String(error)]
}
