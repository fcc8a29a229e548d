/** A statement with its bound values. */
export type Statement = { sql: string; values: readonly unknown[] }

/** Wraps a round trip to D1: receives the statements sent together, and calls `send` when it chooses. */
export type RoundTrip = (statements: readonly Statement[], send: () => Promise<D1Result[]>) => Promise<D1Result[]>

/** The original of a wrapped statement. */
type Wrapped = { inner: D1PreparedStatement; statement: Statement }

/**
 * The same database with a function around each round trip: typed errors here, meters and faults in tests. It supports
 * only `prepare` and `batch`, which is all that the stores use.
 */
export function wrapD1(db: D1Database, roundTrip: RoundTrip): D1Database {
  const wrapped = new WeakMap<object, Wrapped>()

  function wrap(inner: D1PreparedStatement, statement: Statement): D1PreparedStatement {
    const run = async () => {
      const [result] = await roundTrip([statement], async () => [await inner.run()])
      return result as D1Result
    }
    const outer = {
      bind: (...values: unknown[]) => wrap(inner.bind(...values), { ...statement, values }),
      run,
      all: run,
      first: async (column?: string) => {
        const row = (await run()).results[0] as Record<string, unknown> | undefined
        if (row === undefined) return null
        return column === undefined ? row : row[column]
      },
    }
    wrapped.set(outer, { inner, statement })
    return outer as unknown as D1PreparedStatement
  }

  function batch(statements: D1PreparedStatement[]) {
    const members = statements.map((outer) => wrapped.get(outer) as Wrapped)
    return roundTrip(
      members.map(({ statement }) => statement),
      () => db.batch(members.map(({ inner }) => inner)),
    )
  }

  return { prepare: (sql: string) => wrap(db.prepare(sql), { sql, values: [] }), batch } as unknown as D1Database
}

/** D1 did not answer, or is overloaded: the statement may or may not have been carried out, and a retry may succeed. */
export class D1Unavailable extends Error {
  constructor(cause: unknown) {
    super(`D1 does not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
    this.name = 'D1Unavailable'
  }
}

/** Errors of SQLite or the binding that a retry would only repeat. */
const permanentError = /SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|MISUSE|AUTH)|D1_(TYPE|COLUMN)/

/** The same database, throwing D1Unavailable for every error that the statement itself did not cause. */
export const withTypedErrors = (db: D1Database): D1Database =>
  wrapD1(db, async (_, send) => {
    try {
      return await send()
    } catch (error) {
      throw permanentError.test(String(error)) ? error : new D1Unavailable(error)
    }
  })
