/** A statement on its way to D1, with the values bound to it. */
export type Statement = { sql: string; values: readonly unknown[] }

/** What happens around each trip to D1: it gets the statements that travel together, and sends them when it chooses. */
export type Trip = (statements: readonly Statement[], send: () => Promise<D1Result[]>) => Promise<D1Result[]>

/** What a wrapped statement stands for. */
type Wrapped = { inner: D1PreparedStatement; statement: Statement }

/**
 * The same database, with something around each trip to it: typed errors here, meters and faults in tests. Only
 * `prepare` and `batch` are there, which is all that the stores use.
 */
export function interceptD1(db: D1Database, trip: Trip): D1Database {
  const wrapped = new WeakMap<object, Wrapped>()

  function wrap(inner: D1PreparedStatement, statement: Statement): D1PreparedStatement {
    const one = async () => {
      const [result] = await trip([statement], async () => [await inner.run()])
      return result as D1Result
    }
    const outer = {
      bind: (...values: unknown[]) => wrap(inner.bind(...values), { ...statement, values }),
      run: one,
      all: one,
      first: async (column?: string) => {
        const row = (await one()).results[0] as Record<string, unknown> | undefined
        if (row === undefined) return null
        return column === undefined ? row : row[column]
      },
    }
    wrapped.set(outer, { inner, statement })
    return outer as unknown as D1PreparedStatement
  }

  function batch(statements: D1PreparedStatement[]) {
    const members = statements.map((outer) => wrapped.get(outer) as Wrapped)
    return trip(
      members.map(({ statement }) => statement),
      () => db.batch(members.map(({ inner }) => inner)),
    )
  }

  return { prepare: (sql: string) => wrap(db.prepare(sql), { sql, values: [] }), batch } as unknown as D1Database
}

/** D1 does not answer, or cannot for now: what was asked of it may have been done or not, and may work later. */
export class D1Unavailable extends Error {
  constructor(cause: unknown) {
    super(`D1 does not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
    this.name = 'D1Unavailable'
  }
}

/** What SQLite, or the binding, says of a statement that no repetition would mend. */
const refusedForGood = /SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|MISUSE|AUTH)|D1_(TYPE|COLUMN)/

/** The same database, whose trips fail with D1Unavailable wherever the statement itself is not to blame. */
export const withTypedErrors = (db: D1Database): D1Database =>
  interceptD1(db, async (_, send) => {
    try {
      return await send()
    } catch (error) {
      throw refusedForGood.test(String(error)) ? error : new D1Unavailable(error)
    }
  })
