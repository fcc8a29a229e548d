/** Tags of whatever has some: texts by a key, of which each owner has a bounded number. */
export type StoredTags<Owner extends string | number> = {
  /** Sets a tag. @returns false: there are too many */
  set: (owner: Owner, key: string, value: string) => Promise<boolean>
  /** Deletes a tag, if it is there. */
  remove: (owner: Owner, key: string) => Promise<void>
}

/**
 * The tags in a table of (owner, key, value), whose first two columns are its primary key.
 *
 * @param owner the name of its first column
 * @param max tags of one owner
 */
export function storedTags<Owner extends string | number>(
  db: D1Database,
  table: string,
  owner: string,
  max: number,
): StoredTags<Owner> {
  return {
    set: async (of, key, value) => {
      const { meta } = await db
        .prepare(
          `INSERT INTO ${table} (${owner}, key, value) SELECT ?1, ?2, ?3
           WHERE (SELECT count(*) FROM ${table} WHERE ${owner} = ?1 AND key <> ?2) < ?4
           ON CONFLICT (${owner}, key) DO UPDATE SET value = excluded.value`,
        )
        .bind(of, key, value, max)
        .run()
      return meta.changes > 0
    },
    remove: async (of, key) => {
      await db.prepare(`DELETE FROM ${table} WHERE ${owner} = ? AND key = ?`).bind(of, key).run()
    },
  }
}
