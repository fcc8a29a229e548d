import type { Exchange, Fault } from './checks.ts'
import { type Change, comesByItself, registeredBy } from './journal.ts'

/** The end of a job's event log after a refused command: the last event with an actor. */
export type LogEnd = { id: string; commandedTo: number; atMs: number }

const ruleOf = ({ answer }: Exchange): string =>
  answer.status >= 400 ? 'a refused request changes nothing' : 'a read changes nothing'

/** Changes that a request made although it must not. */
export const unwanted = (exchange: Exchange, changes: readonly string[]): Fault[] =>
  changes.map((what) => ({ rule: ruleOf(exchange), what }))

/** Whether a request may have changed something: it succeeded, and is not a read. */
export const mayChange = ({ wire, answer }: Exchange): boolean =>
  answer.status < 400 && !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(wire.method)

/**
 * Changes in D1 during requests that must not change anything, or after the answer of one. Requests that may change
 * something are sent alone, so a change during one, or after it, is its own.
 */
export function unwantedChanges(exchanges: readonly Exchange[], changes: readonly Change[]): [Exchange, Fault][] {
  const registered = registeredBy(changes)
  const unasked = changes.filter((change) => !comesByItself(change, registered))
  return unasked.flatMap((change) => {
    const meanwhile = exchanges.filter(({ answer }) => isWithin(change.atMs, answer))
    const suspects = meanwhile.length > 0 ? meanwhile : lastAnswered(exchanges, change.atMs)
    if (suspects.some(mayChange)) return []
    const what = `${change.table}: ${difference(change)}`
    return suspects.map((exchange): [Exchange, Fault] => [exchange, { rule: ruleOf(exchange), what }])
  })
}

/** The last exchange answered before a change, which may have caused it after its answer. */
function lastAnswered(exchanges: readonly Exchange[], atMs: number): Exchange[] {
  const answered = exchanges.filter(({ answer }) => answer.answeredMs < atMs)
  return answered.sort((a, b) => b.answer.answeredMs - a.answer.answeredMs).slice(0, 1)
}

/** The journal rounds down to milliseconds. */
const isWithin = (atMs: number, { sentMs, answeredMs }: Exchange['answer']) => atMs + 1 > sentMs && atMs <= answeredMs

function difference({ before, after }: Change): string {
  if (before === null || after === null) return `${before ? 'deleted' : 'added'} ${JSON.stringify(before ?? after)}`
  const changed = Object.keys(after).filter((column) => before[column] !== after[column])
  const id = before.id ?? before.key ?? before.model_type
  return `${id} ${changed.map((column) => `${column}: ${before[column]} → ${after[column]}`).join(', ')}`
}

/** How far each job's log went in the register over time: its events, edits included. */
export function registerOf() {
  const revisions = new Map<string, { atMs: number; revision: number }[]>()

  function note(changes: readonly Change[]): void {
    for (const { table, atMs, after } of changes) {
      if (table !== 'jobs' || after === null) continue
      const id = String(after.id)
      revisions.set(id, [
        ...(revisions.get(id) ?? []),
        { atMs, revision: Number(after.revision) + Number(after.edits) },
      ])
    }
  }

  /** A job's object must not have carried out a command that it refused. */
  function faultIn({ id, commandedTo, atMs }: LogEnd): Fault | null {
    // The creation, with which every log starts, is the row itself.
    const registered = Math.max(1, revisions.get(id)?.findLast((one) => one.atMs <= atMs)?.revision ?? 0)
    if (commandedTo <= registered) return null
    const what = `the log of ${id} goes to ${commandedTo}, the register to ${registered}`
    return { rule: 'a refused request changes nothing', what }
  }

  return { note, faultIn }
}
