import { createInterface } from 'node:readline/promises'
import type { Client } from '../../src/client/index.ts'
import { accepted } from './requests.ts'
import { moment, printable } from './text.ts'
import { UsageError } from './usage.ts'

/**
 * Asks whether to give up the attempt that a job has now.
 *
 * @returns the condition under which that is to be done: the job has not changed since; `null`: the answer was no
 * @throws UsageError when nobody can answer
 */
export async function confirmGiveUp(
  client: Client,
  id: string,
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'> = process,
): Promise<{ 'If-Match'?: string } | null> {
  if (!stdin.isTTY) throw new UsageError('give-up asks first; without a terminal, confirm it with --yes.')
  const answer = await accepted(client.api.v1.admin.training.jobs[':id'].$get({ param: { id } }))
  const { name, attempt } = await answer.json()
  // The service says why not.
  if (attempt === null || attempt.ended !== null) return {}
  const heard = attempt.silent_since ?? attempt.heard_at
  const since = heard === null ? 'not heard yet' : `last heard ${moment(heard)}`
  const question = `${printable(name)}, attempt ${attempt.number} of runner ${printable(attempt.runner)}, ${since}.
Nothing that it says will count any more. Its process may still run: stop it first, if you can.
Give it up? [y/N] `
  const terminal = createInterface({ input: stdin, output: stderr })
  try {
    const isYes = /^y(es)?$/i.test((await terminal.question(question)).trim())
    return isYes ? { 'If-Match': answer.headers.get('ETag') ?? '*' } : null
  } finally {
    terminal.close()
  }
}
