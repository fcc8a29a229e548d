import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** The documents of the demo dataset that models may be trained on. */
export function demoDocuments(): { id: string; title: string }[] {
  const database = new DatabaseSync(':memory:')
  database.exec(`
    CREATE TABLE documents (id, title, bundesland, doc_type, chunks, training_allowed);
    CREATE TABLE dataset_totals (documents);
    INSERT INTO dataset_totals VALUES (0);
    ${readFileSync('demo/dataset.sql', 'utf8')}`)
  return database.prepare('SELECT id, title FROM documents WHERE training_allowed ORDER BY id').all() as never
}
