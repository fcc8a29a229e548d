/** Training jobs from the terminal: `npm run job -- create|list|watch|pause|resume|cancel|delete …`, and `--help`. */
import { readCommand } from './job/command.ts'
import { problemText } from './job/problems.ts'
import { run } from './job/run.ts'
import { type ExitCode, exitCodes, usage } from './job/usage.ts'
import { connect, explain } from './service.ts'

const script = {
  help: 'npm run job -- --help',
  problem: problemText,
  token: 'Set it in STELLWERK_TOKEN, or pass it with --token.',
}

// A reader such as `head` may close the pipe early.
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
    const [code, sentence] = explain(error, where, script)
    console.error(sentence)
    return code
  }
}
