import { globSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Makes D1 reject every statement on a table while the server runs. @returns a function that repairs it */
export function breakTable(state: string, table: string): () => void {
  const file = globSync(`${state}/v3/d1/**/*.sqlite`).find((name) => !name.endsWith('metadata.sqlite'))
  if (file === undefined) throw new Error(`There is no D1 in ${state}`)
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec(`ALTER TABLE ${table} RENAME TO ${table}_gone`)
  return () => {
    database.exec(`ALTER TABLE ${table}_gone RENAME TO ${table}`)
    database.close()
  }
}
