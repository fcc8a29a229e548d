import { type Change, comesByItself } from './journal.ts'
import type { Exchange, Fault } from './judge.ts'

/** A look into a job's event log after a command was refused: the last event that somebody asked for. */
export type LogSeen = { id: string; commandedTo: number; atMs: number }

const ruleOf = ({ answer }: Exchange): string =>
  answer.status >= 400 ? 'a refused request changes nothing' : 'who only looks changes nothing'

/** Whether a request may have changed something: it was taken, and does more than look. */
export const mayChange = ({ wire, answer }: Exchange): boolean =>
  answer.status < 400 && !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(wire.method)

/**
 * What changed in D1 while requests were on their way that may change nothing, or behind the answer of one. Requests that
 * may change something have been sent alone, so a change in the time of one, or behind it, is its own.
 */
export function unwantedChanges(exchanges: readonly Exchange[], changes: readonly Change[]): [Exchange, Fault][] {
  const unasked = changes.filter((change) => !comesByItself(change))
  return unasked.flatMap((change) => {
    const meanwhile = exchanges.filter(({ answer }) => isWithin(change.atMs, answer))
    const suspects = meanwhile.length > 0 ? meanwhile : lastAnswered(exchanges, change.atMs)
    if (suspects.some(mayChange)) return []
    const what = `${change.table}: ${difference(change)}`
    return suspects.map((exchange): [Exchange, Fault] => [exchange, { rule: ruleOf(exchange), what }])
  })
}

/** Whose answer came last before a change, which may then have been made behind it. */
function lastAnswered(exchanges: readonly Exchange[], atMs: number): Exchange[] {
  const answered = exchanges.filter(({ answer }) => answer.answeredMs < atMs)
  return answered.sort((a, b) => b.answer.answeredMs - a.answer.answeredMs).slice(0, 1)
}

/** The journal has whole milliseconds, rounded down. */
const isWithin = (atMs: number, { sentMs, answeredMs }: Exchange['answer']) => atMs + 1 > sentMs && atMs <= answeredMs

function difference({ before, after }: Change): string {
  if (before === null || after === null) return `${before ? 'deleted' : 'added'} ${JSON.stringify(before ?? after)}`
  const changed = Object.keys(after).filter((column) => before[column] !== after[column])
  const id = before.id ?? before.key ?? before.model_type
  return `${id} ${changed.map((column) => `${column}: ${before[column]} → ${after[column]}`).join(', ')}`
}

/** What the register has known of each job's revisions, and when. */
export function registerOf() {
  const revisions = new Map<string, { atMs: number; revision: number }[]>()

  function note(changes: readonly Change[]): void {
    for (const { table, atMs, after } of changes) {
      if (table !== 'jobs' || after === null) continue
      const id = String(after.id)
      revisions.set(id, [...(revisions.get(id) ?? []), { atMs, revision: Number(after.revision) }])
    }
  }

  /** A job's object must not have carried out, beside the register, what it refused. */
  function faultIn({ id, commandedTo, atMs }: LogSeen): Fault | null {
    // Its creation, which every log begins with, the register has as the row itself.
    const known = Math.max(1, revisions.get(id)?.findLast((one) => one.atMs <= atMs)?.revision ?? 0)
    if (commandedTo <= known) return null
    const what = `the log of ${id} goes to ${commandedTo}, the register to ${known}`
    return { rule: 'a refused request changes nothing', what }
  }

  return { note, faultIn }
}
