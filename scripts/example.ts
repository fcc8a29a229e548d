/**
 * `npm run example`: starts a runner on examples/title-model, creates a job if none waits, and shows how it trains. The
 * exit status is the job's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Client, type StreamEvent, watchJob } from '../src/client/index.ts'
import { readJson } from '../src/runner/files.ts'
import { bundeslandCodes } from '../src/shared/bundeslaender.ts'
import { isFinal } from '../src/shared/job-status.ts'
import { ending } from './job/format.ts'
import { accepted, readJob } from './job/requests.ts'
import { barScreen, lineScreen } from './job/screens.ts'
import { printable } from './job/text.ts'
import { exitCodes, UsageError } from './job/usage.ts'
import { connect, explain } from './service.ts'

const usage = `Trains a small language model of the documents' titles, on this machine.

  npm run example [-- --keep] [-- --url <address>]

It starts a runner on examples/title-model, creates a job unless one of the type general waits for a runner, or the runner before
was killed with one, and shows it until it ends. The exit status is the job's: 0 completed, 1 failed, 2 cancelled, 3 paused. Ctrl+C gives the job back.

  --keep             take further jobs of the type general after the first one
  --workdir <folder> where the runner keeps its state; default .wrangler/example
  --url <address>    default STELLWERK_URL or http://localhost:8787
STELLWERK_TOKEN      a token of the role admin, which may create jobs and claim them; none with npm start
`

/** Milliseconds in which the end of a job that has ended is shown. */
const SHOWN_WITHIN_MS = 3_000

const root = fileURLToPath(new URL('..', import.meta.url))

/** A minute on two cores. Its validation loss falls, flattens, and rises: the model learns the training titles by heart. */
const job = {
  name: 'Titles of regulations',
  model_type: 'general',
  bundeslaender: bundeslandCodes,
  trainer: 'runner',
  epochs: 15,
  batch_size: 64,
  learning_rate: 0.0005,
  warmup_steps: 100,
  weight_decay: 0.01,
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  let url = process.env.STELLWERK_URL || 'http://localhost:8787'
  try {
    const { help, keep = false, workdir = '.wrangler/example', ...given } = parse()
    url = given.url ?? url
    if (help) {
      process.stdout.write(usage)
      return exitCodes.done
    }
    const client = connect(url, process.env.STELLWERK_TOKEN || undefined)
    const folder = resolve(root, workdir)
    if (!holdsJob(folder)) await createUnlessOneWaits(client)
    return await train(client, url, folder, keep)
  } catch (error) {
    const [code, sentence] = explain(error, url, {
      help: 'npm run example -- --help',
      token: 'Set it in STELLWERK_TOKEN.',
    })
    console.error(sentence)
    return code
  }
}

function parse() {
  try {
    const text = { type: 'string' } as const
    const flag = { type: 'boolean' } as const
    return parseArgs({ options: { url: text, workdir: text, keep: flag, help: flag } }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]}.`)
  }
}

/** Whether a runner that was killed in this folder has left a job, which the next one goes on with. */
function holdsJob(folder: string): boolean {
  return Boolean(readJson<{ attempt: unknown }>(join(folder, 'state.json'))?.attempt)
}

async function createUnlessOneWaits(client: Client): Promise<void> {
  const { jobs } = client.api.v1.admin.training
  const query = { status: ['queued' as const], model_type: ['general' as const], limit: '200' }
  const queued = await (await accepted(jobs.$get({ query }))).json()
  if (queued.some(({ waiting_for }) => waiting_for === 'runner')) return
  const created = await accepted(
    jobs.$post({ json: { ...job, bundeslaender: [...job.bundeslaender] }, query: { when_busy: 'queue' } }),
  )
  console.log(`${(await created.json()).message}: ${job.name}`)
}

/** Runs a runner, and shows each job that it claims. @returns its exit status, which is how its job ended */
async function train(client: Client, url: string, workdir: string, keep: boolean): Promise<number> {
  const own = ['--url', url, '--workdir', workdir, '--name', 'example', '--model-type', 'general']
  const command = [process.execPath, 'examples/title-model/train.ts']
  const runner = spawn(
    process.execPath,
    ['dist/public/runner.mjs', ...own, ...(keep ? [] : ['--once']), '--', ...command],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  // Ctrl+C reaches the runner by itself.
  process.on('SIGINT', () => process.stdin.isTTY || runner.kill('SIGINT'))
  process.on('SIGTERM', () => runner.kill('SIGTERM'))
  const ended = once(runner, 'exit')
  let end = new AbortController()
  let shown = Promise.resolve()
  for await (const line of createInterface({ input: runner.stdout })) {
    const { event, job, text } = JSON.parse(line)
    if (event === 'claimed') {
      end = new AbortController()
      shown = show(client, job, end.signal)
    } else if (
      ['waiting', 'requested', 'stopping', 'checkpoint_refused', 'again', 'disk', 'kept', 'over'].includes(event)
    ) {
      console.log(text)
    } else if (event === 'finished') {
      // The last points are on their way.
      await Promise.race([shown, sleep(SHOWN_WITHIN_MS)])
      end.abort()
      await shown
      console.log(text)
    }
  }
  end.abort()
  await shown
  return (await ended)[0] ?? exitCodes.bug
}

/** Shows a job's progress until it ends, or the signal is aborted. */
async function show(client: Client, id: string, signal: AbortSignal): Promise<void> {
  const { stdout } = process
  const { name } = await readJob(client, id)
  stdout.write(`${printable(name)}, ${id}\n`)
  const screen = stdout.isTTY ? barScreen(stdout) : lineScreen(stdout)
  let last: StreamEvent | null = null
  try {
    const onReconnect = (why: Error, waitMs: number) => screen.lost(why.message, waitMs)
    for await (const event of watchJob(client, id, { signal, onReconnect })) {
      screen.show(event, [])
      last = event.data
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    screen.close()
  }
  if (last !== null && isFinal(last.status)) stdout.write(`${ending(last, null)}\n`)
}
