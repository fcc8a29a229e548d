/**
 * Creates a register: `node migrate.ts <folder of a state> [<SQL file> …]`. The result is that of `wrangler d1 migrations
 * apply` and `wrangler d1 execute --file`, which start a runtime for each migration and file; this starts one for all.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import { getPlatformProxy, unstable_readConfig } from 'wrangler'

const [state = '', ...files] = process.argv.slice(2)
// The database alone: without the Worker's code there is no class of its objects.
const configPath = join(state, 'wrangler.json')
const { compatibility_date, d1_databases } = unstable_readConfig({ config: 'wrangler.toml' })
await writeFile(configPath, JSON.stringify({ name: 'register', compatibility_date, d1_databases }))
const { env, dispose } = await getPlatformProxy<{ DB: D1Database }>({
  configPath,
  envFiles: [],
  persist: { path: join(state, 'v3') },
})
const run = (statements: string[]) => env.DB.batch(statements.map((one) => env.DB.prepare(one)))

// Wrangler's list of what it has applied.
await run([
  `CREATE TABLE d1_migrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT UNIQUE,
    applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
  )`,
])
for (const { name, queries } of await readD1Migrations('migrations')) {
  await run([...queries, `INSERT INTO d1_migrations (name) VALUES ('${name}')`])
}
for (const file of files) await run([await readFile(file, 'utf8')])
await dispose()
await rm(configPath)
