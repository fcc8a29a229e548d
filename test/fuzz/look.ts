/** What is in D1, seen past the service: in one go, since each question costs as much as a request. */

export type JobSeen = { id: string; status: string; slot: number | null }

type Seen = [
  jobs: JobSeen[],
  versions: { id: string }[],
  tokens: { id: number; name: string }[],
  counts: { mine: number; others: number }[],
]

/** What the population is made of, and what has piled up beside it. */
export async function lookInto(db: D1Database) {
  const answers = await db.batch([
    db.prepare('SELECT id, status, slot FROM jobs ORDER BY seq'),
    db.prepare('SELECT id FROM model_versions ORDER BY seq DESC LIMIT 50'),
    db.prepare('SELECT id, name FROM api_tokens'),
    db.prepare(`SELECT count(*) FILTER (WHERE id GLOB 'fuzz-[0-9]') AS mine,
                       count(*) FILTER (WHERE id NOT GLOB 'fuzz-[0-9]') AS others FROM documents`),
  ])
  const [jobs, versions, tokens, counts] = answers.map(({ results }) => results) as Seen
  return { jobs, versions: versions.map(({ id }) => id), tokens, documents: counts[0] ?? { mine: 0, others: 0 } }
}

/** Deletes documents and tokens that requests have made. Neither is looked after by anything but its table. */
export async function forgetOthers(db: D1Database): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM documents WHERE id NOT GLOB 'fuzz-[0-9]'"),
    db.prepare("DELETE FROM api_tokens WHERE name NOT GLOB 'fuzz [0-9]' AND name NOT GLOB 'own *'"),
  ])
}
