import { ApiError, createClient, type Problem } from '../src/client/index.ts'
import { printable } from './job/text.ts'
import { type ExitCode, exitCodes, UsageError } from './job/usage.ts'

/** Texts about a script for its errors. */
export type Script = {
  /** The command that shows its help. */
  help: string
  /** The text of a problem, if it is not its detail. */
  problem?: (problem: Problem) => string
  /** A hint for when the service rejects the token. */
  token: string
}

/** An expected error. The message is a sentence that says what to do. */
export class ExpectedError extends Error {
  readonly code: ExitCode

  constructor(code: ExitCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A client of the service. @throws UsageError when the address or the token is not valid */
export function connect(url: string, token: string | undefined) {
  try {
    return createClient(url, { token })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}.`)
  }
}

/** The exit code for an error, and a sentence that says what to do. */
export function explain(error: unknown, url: string, script: Script): [ExitCode, string] {
  if (error instanceof UsageError) return [exitCodes.usage, `${error.message} See ${script.help}.`]
  if (error instanceof ExpectedError) return [error.code, error.message]
  if (error instanceof ApiError) {
    const how = error.status === 401 ? `. ${script.token}` : ''
    const text = error.problem && script.problem ? script.problem(error.problem) : error.message
    return [exitCodes.refused, text.split('\n').map(printable).join('\n') + how]
  }
  const reason = noAnswer(error)
  if (reason !== null) {
    const what = 'start the service (npm start), or set its address with --url or STELLWERK_URL'
    return [exitCodes.unreachable, `No answer from ${url} (${reason}): ${what}.`]
  }
  return [exitCodes.bug, error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

/** Why a request got no answer; `null`: the error is a different one. */
export function noAnswer(error: unknown): string | null {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timed out'
  if (!(error instanceof TypeError) || !['fetch failed', 'terminated'].includes(error.message)) return null
  return (error.cause as { code?: string } | undefined)?.code ?? 'no connection'
}
