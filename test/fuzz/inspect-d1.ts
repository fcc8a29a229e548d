import { modelFile } from './meanings.ts'

/** The contents of D1, read directly and in one batch, since each query costs as much as a request. */

export type JobRow = { id: string; status: string; slot: number | null }

type Seen = [
  jobs: JobRow[],
  versions: { id: string }[],
  tokens: { id: number; name: string }[],
  counts: { mine: number; others: number }[],
  filed: { id: string }[],
]

/** The rows of the population, and those left over by requests. */
export async function inspectD1(db: D1Database) {
  const answers = await db.batch([
    db.prepare('SELECT id, status, slot FROM jobs ORDER BY seq'),
    db.prepare('SELECT id FROM model_versions ORDER BY seq DESC LIMIT 50'),
    db.prepare('SELECT id, name FROM api_tokens'),
    db.prepare(`SELECT count(*) FILTER (WHERE id GLOB 'fuzz-[0-9]') AS mine,
                       count(*) FILTER (WHERE id NOT GLOB 'fuzz-[0-9]') AS others FROM documents`),
    db.prepare('SELECT version_id AS id FROM version_files WHERE path = ? LIMIT 1').bind(modelFile),
  ])
  const [jobs, versions, tokens, counts, filed] = answers.map(({ results }) => results) as Seen
  const documents = counts[0] ?? { mine: 0, others: 0 }
  return { jobs, versions: versions.map(({ id }) => id), withFiles: filed[0]?.id, tokens, documents }
}

/** Deletes documents and tokens that requests created. They exist only in their tables. */
export async function deleteLeftovers(db: D1Database): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM documents WHERE id NOT GLOB 'fuzz-[0-9]'"),
    db.prepare("DELETE FROM api_tokens WHERE name NOT GLOB 'fuzz [0-9]' AND name NOT GLOB 'own *'"),
  ])
}
