/** A read that can share its way to D1 with others: the statement, and what its first row means. */
export type Query<T> = { statement: D1PreparedStatement; read: (row: unknown) => T }

/** Runs two reads in one round trip and on one state of the database. @returns also how many bytes that had then */
export async function readBoth<A, B>(db: D1Database, a: Query<A>, b: Query<B>): Promise<[A, B, bytes: number]> {
  const [ofA, ofB] = await db.batch([a.statement, b.statement])
  return [a.read(ofA?.results[0]), b.read(ofB?.results[0]), ofB?.meta.size_after ?? 0]
}
