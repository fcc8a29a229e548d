import { type Client, type StreamEvent, watchJob } from '../../src/client/index.ts'
import { isFinal } from '../../src/shared/job-status.ts'
import type { Action, Stopping } from './command.ts'
import { ending, placeOf } from './format.ts'
import { confirmGiveUp } from './give-up.ts'
import { sayLost, untilInterrupted } from './interrupt.ts'
import { accepted, findId, readJob } from './requests.ts'
import { newsOf } from './runner-texts.ts'
import { printable } from './text.ts'
import { type ExitCode, exitCodes } from './usage.ts'
import { codes, runners } from './watch.ts'

type Command<N extends Action['name']> = Extract<Action, { name: N }>
export type Steering = Command<Stopping | 'resume' | 'delete' | 'give-up'>

const print = (line: string) => process.stdout.write(`${line}\n`)

/** Sends a command to a job. */
export async function steer(client: Client, action: Steering, json: boolean): Promise<ExitCode> {
  const id = await findId(client, action.id)
  const request = action.name === 'give-up' ? giveUp(client, id, action.isConfirmed) : send(client, id, action)
  const answer = await request
  if (answer === null) {
    process.stderr.write('Not given up.\n')
    return exitCodes.notDone
  }
  const done = await (await accepted(Promise.resolve(answer))).json()
  print(json ? JSON.stringify({ id, ...done }) : `${done.message}: ${id}`)
  return 'wait' in action && action.wait ? waitFor(client, id, action.name, json) : exitCodes.done
}

function send(client: Client, id: string, action: Exclude<Steering, { name: 'give-up' }>) {
  const job = client.api.v1.admin.training.jobs[':id']
  const param = { id }
  switch (action.name) {
    case 'pause':
      return job.pause.$post({ param, query: action.query })
    case 'cancel':
      return job.cancel.$post({ param, query: action.query })
    case 'resume':
      return job.resume.$post({ param, query: action.query })
    case 'delete':
      return job.$delete({ param })
  }
}

/** `null`: the answer to the question was no. */
async function giveUp(client: Client, id: string, isConfirmed: boolean) {
  const header = isConfirmed ? {} : await confirmGiveUp(client, id)
  return header && client.api.v1.admin.training.jobs[':id']['give-up'].$post({ param: { id }, header })
}

/** Shows what becomes of a request until the runner has done it. @returns the exit code for whether it has */
function waitFor(client: Client, id: string, what: Stopping, json: boolean): Promise<ExitCode> {
  return untilInterrupted(
    async (signal) => {
      const runnerOf = runners(client, await readJob(client, id))
      let last: StreamEvent | null = null
      const onReconnect = (why: Error, waitMs: number) => sayLost(why.message, waitMs)
      for await (const { data } of watchJob(client, id, { signal, history: 'window', onReconnect })) {
        // The answer to the command has said what was requested.
        const before = last ?? {
          ...data,
          requested: data.requested && { ...data.requested, seen: false, stopping: false },
        }
        last = data
        if (!isOpen(data, what)) break
        if (!json) newsOf(before, data, await runnerOf(data)).forEach(print)
      }
      if (last === null) throw new Error('The stream ended without an event')
      const job = await readJob(client, id)
      if (json) print(JSON.stringify(job))
      else {
        print(outcome(last, what, job.error_message))
        if (job.attempt?.ended === 'given_up') {
          print(`The attempt was given up: the process of ${printable(job.attempt.runner)} may still run.`)
        }
      }
      return codeOf(last, what)
    },
    () => `Stopped waiting; the request stays. To see what becomes of it: npm run job -- watch ${id.slice(0, 8)}`,
  )
}

const isOpen = ({ status, requested }: StreamEvent, what: Stopping): boolean =>
  !isFinal(status) && status !== 'paused' && requested?.what === what

function codeOf({ status }: StreamEvent, what: Stopping): ExitCode {
  if (status === (what === 'pause' ? 'paused' : 'cancelled')) return exitCodes.done
  return isFinal(status) && status !== 'completed' ? codes[status] : exitCodes.notDone
}

function outcome(event: StreamEvent, what: Stopping, why: string | null): string {
  if (isFinal(event.status)) return ending(event, why)
  if (event.status === 'paused') return `Paused ${placeOf(event)}.`
  return what === 'pause' && event.requested?.what === 'cancel'
    ? 'A cancellation was requested instead.'
    : 'The request was withdrawn; the job goes on.'
}
