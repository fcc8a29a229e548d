import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { fold } from '../../src/platform/fold.ts'

const folder = new URL('../../migrations/', import.meta.url)

/** A database with the migrations before one, and that one's text. */
function before(file: string): { db: DatabaseSync; sql: string } {
  const db = new DatabaseSync(':memory:')
  for (const earlier of readdirSync(folder).sort()) {
    const sql = readFileSync(new URL(earlier, folder), 'utf8')
    if (earlier === file) return { db, sql }
    db.exec(sql)
  }
  throw new Error(`There is no migration ${file}`)
}

test('jobs of before lists could be searched are found by their folded names, and by their creators', () => {
  const { db, sql } = before('0010_job_lists.sql')
  const names = ['Prüfung Bayern', 'ÄÖÜ äöü ß ẞ', 'Éléments d’été: Noël', 'Zeugnis 2026', 'x']
  const insert = db.prepare(
    "INSERT INTO jobs (id, model_type, status, revision, spec, snapshot) VALUES (?, 'zeugnis', 'completed', 6, ?, ?)",
  )
  for (const name of names) insert.run(`new ${name}`, JSON.stringify({ config: { name }, createdBy: 'token:ci' }), '')
  insert.run('old', null, JSON.stringify({ name: 'Abschlussprüfung', created_by: null }))
  db.exec(sql)
  const rows = db.prepare('SELECT id, search_name, labels FROM jobs ORDER BY seq').all()
  expect(rows).toEqual([
    ...names.map((name) => ({ id: `new ${name}`, search_name: fold(name), labels: '\n@token:ci\n' })),
    { id: 'old', search_name: 'abschlussprufung', labels: '' },
  ])
  const found = db.prepare('SELECT rowid FROM job_search WHERE job_search MATCH ? ORDER BY rowid')
  expect(found.all('"prufung"').map(({ rowid }) => rowid)).toEqual([1, 6])
})
