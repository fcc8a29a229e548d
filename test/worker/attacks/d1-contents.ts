import { env } from 'cloudflare:workers'
import { sha256 } from '../../../src/platform/sha256.ts'

/** Text longer than this is replaced by its hash, so that a difference is readable. */
const TEXT_LENGTH_MAX = 100

/** The contents of D1 by table, which a refused request must not change. */
export async function contentsOfD1(): Promise<Record<string, unknown[]>> {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_master
     WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_cf!_%' ESCAPE '!'`,
  ).all<{ name: string }>()
  const names = tables.results.map(({ name }) => name)
  const results = await env.DB.batch<object>(names.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)))
  const rows = results.map((result) => Promise.all(result.results.map(shortened)))
  return Object.fromEntries((await Promise.all(rows)).map((table, i) => [names[i], table]))
}

async function shortened(row: object) {
  const shown = Object.entries(row).map(async ([column, value]) => {
    const isLong = typeof value === 'string' && value.length > TEXT_LENGTH_MAX
    return [column, isLong ? await sha256(value) : value]
  })
  return Object.fromEntries(await Promise.all(shown))
}
