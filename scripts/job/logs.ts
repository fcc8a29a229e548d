import { stripVTControlCharacters, styleText } from 'node:util'
import { type Client, followOutput, type OutputRecord } from '../../src/client/index.ts'
import type { Action } from './command.ts'
import { sayLost, untilInterrupted } from './interrupt.ts'
import { accepted, findId, readJob } from './requests.ts'
import { type ExitCode, exitCodes } from './usage.ts'

/** Prints the output of a job's training process: what there is, or all until the job ends. */
export async function logs(
  client: Client,
  action: Extract<Action, { name: 'logs' }>,
  json: boolean,
): Promise<ExitCode> {
  const { after, follow } = action
  const id = await findId(client, action.id)
  // Before the first line, an error is an answer.
  const { trainer } = await readJob(client, id)
  let known = after
  const show = (line: OutputRecord) => {
    if (line.number > known) say(`(${line.number - known} earlier lines are no longer kept)`)
    known = line.number + 1
    write(line, json)
  }
  return untilInterrupted(
    async (signal) => {
      const onReconnect = (why: Error, waitMs: number) => sayLost(why.message, waitMs)
      const lines = follow
        ? followOutput(client, id, { after, signal, onReconnect })
        : allLines(client, id, after, signal)
      for await (const line of lines) show(line)
      if (known === after && !json) say(trainer === 'simulated' ? 'A simulated job has no output.' : 'No output.')
      return exitCodes.done
    },
    () => `Stopped; the job keeps running. For the rest: npm run job -- logs ${id.slice(0, 8)} -f --after ${known}`,
  )
}

/** What there is, page by page. */
async function* allLines(client: Client, id: string, after: number, signal: AbortSignal) {
  for (let known: number | undefined = after; known !== undefined; ) {
    const request = { param: { id }, query: { after: String(known) } }
    const output = client.api.v1.admin.training.jobs[':id'].output
    const lines: OutputRecord[] = await (await accepted(output.$get(request, { init: { signal } }))).json()
    yield* lines
    const last = lines.at(-1)
    known = last && last.number + 1
  }
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Each line goes where the process wrote it; on a terminal, what it wrote to the standard error is red. */
function write(line: OutputRecord, json: boolean): void {
  const { stdout, stderr } = process
  if (json) stdout.write(`${JSON.stringify(line)}\n`)
  else if (line.stream === 'stdout') stdout.write(`${safe(line.text)}\n`)
  else stderr.write(`${styleText('red', safe(line.text), { stream: stderr })}\n`)
}

/** A line that cannot control the terminal, whose tabs stay. */
export const safe = (text: string): string => stripVTControlCharacters(text).replace(/(?!\t)[\p{Cc}\p{Cf}]+/gu, ' ')
