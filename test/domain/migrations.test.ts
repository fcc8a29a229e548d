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

test('jobs of before lists could be filtered by them are found by their runners, and by what is the matter with them', () => {
  const { db, sql } = before('0024_job_conditions.sql')
  const insert = db.prepare(
    `INSERT INTO jobs (id, model_type, status, revision, spec, summary, snapshot, labels, offered_ms)
     VALUES (?, 'zeugnis', ?, 6, '{}', ?, '', '#kept', ?)`,
  )
  const live = { runner: 'gpu-1', confirmedMs: 1, end: null, silentSinceMs: null, stalledSinceMs: null, lostMs: null }
  const row = (id: string, status: string, attempt: object | null, offeredMs: number | null = null) => {
    const attempts = attempt === null ? {} : { attempts: { all: [{ ...live, ...attempt }] } }
    insert.run(id, status, JSON.stringify({ trainer: { kind: 'runner' }, ...attempts }), offeredMs)
  }
  row('queued', 'queued', null)
  row('offered', 'queued', null, 5)
  row('claimed', 'preparing', { confirmedMs: null })
  row('heard', 'training', {})
  row('silent', 'training', { silentSinceMs: 2 })
  row('lost', 'training', { silentSinceMs: 2, lostMs: 3 })
  row('stalled', 'training', { stalledSinceMs: 2 })
  row('ended', 'failed', { silentSinceMs: 2, end: { how: 'given_up' } })
  row('simulated', 'completed', null)
  db.exec(sql)
  const rows = db.prepare('SELECT id, labels FROM jobs ORDER BY seq').all()
  expect(rows.map(({ id, labels }) => [id, String(labels).split('\n').filter(Boolean).slice(1)])).toEqual([
    ['queued', ['!waiting']],
    ['offered', ['!waiting']],
    ['claimed', ['>gpu-1']],
    ['heard', ['>gpu-1']],
    ['silent', ['>gpu-1', '!silent']],
    ['lost', ['>gpu-1', '!waiting', '!silent']],
    ['stalled', ['>gpu-1', '!stalled']],
    ['ended', ['>gpu-1']],
    ['simulated', []],
  ])
  const found = db.prepare('SELECT rowid FROM job_search WHERE job_search MATCH ? ORDER BY rowid')
  expect(found.all('labels : "\n!silent\n"').map(({ rowid }) => rowid)).toEqual([5, 6])
})

test('jobs of before lists could be filtered by it are found by who trains them', () => {
  const { db, sql } = before('0026_trainer_labels.sql')
  const insert = db.prepare(
    `INSERT INTO jobs (id, model_type, status, revision, spec, summary, snapshot, labels)
     VALUES (?, 'zeugnis', 'completed', 6, ?, ?, ?, ?)`,
  )
  const row = (id: string, labels: string, summary: object | null) =>
    insert.run(id, summary && '{}', summary && JSON.stringify(summary), summary === null ? '{}' : '', labels)
  row('runner', '\n>gpu-1\n', { trainer: { kind: 'runner' } })
  row('mlflow', '', { trainer: { kind: 'mlflow' } })
  row('simulated', '\n@admin\n', { trainer: { kind: 'simulated' } })
  row('old', '', null)
  db.exec(sql)
  expect(db.prepare('SELECT labels FROM jobs ORDER BY seq').all()).toEqual([
    { labels: '\n>gpu-1\n\n=r\n' },
    { labels: '\n=m\n' },
    { labels: '\n@admin\n\n=s\n' },
    { labels: '\n=s\n' },
  ])
  const found = db.prepare('SELECT rowid FROM job_search WHERE job_search MATCH ? ORDER BY rowid')
  expect(found.all('labels : "\n=s\n"').map(({ rowid }) => rowid)).toEqual([3, 4])
})

test('tokens of before there were runners keep their ids and roles, and no id is given again', () => {
  const { db, sql } = before('0014_runner_tokens.sql')
  const insert = "INSERT INTO api_tokens (hash, name, role, created_ms, created_by) VALUES (?1, ?1, ?2, 0, 'admin')"
  for (const role of ['viewer', 'operator', 'admin', 'viewer']) db.prepare(insert).run(crypto.randomUUID(), role)
  db.exec('DELETE FROM api_tokens WHERE id = 4')
  expect(() => db.prepare(insert).run('a', 'runner')).toThrow('CHECK')
  db.exec(sql)
  db.prepare(insert).run('b', 'runner')
  expect(db.prepare('SELECT id, role FROM api_tokens ORDER BY id').all()).toEqual([
    { id: 1, role: 'viewer' },
    { id: 2, role: 'operator' },
    { id: 3, role: 'admin' },
    { id: 5, role: 'runner' },
  ])
  expect(() => db.prepare(insert).run('c', 'owner')).toThrow('CHECK')
})
