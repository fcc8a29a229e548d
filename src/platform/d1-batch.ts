/** A query that can be batched with others: the statement, and how to read its first row. */
export type Query<T> = { statement: D1PreparedStatement; read: (row: unknown) => T }

/** Runs two queries in one round trip and on one state of the database. @returns also the database's size in bytes */
export async function batchOfTwo<A, B>(db: D1Database, a: Query<A>, b: Query<B>): Promise<[A, B, bytes: number]> {
  const [resultA, resultB] = await db.batch([a.statement, b.statement])
  return [a.read(resultA?.results[0]), b.read(resultB?.results[0]), resultB?.meta.size_after ?? 0]
}
