import { afterEach, expect, test } from 'vitest'
import { get, json, problem, remove, send } from './client.ts'

const document = {
  id: 'contract-suite-1',
  title: 'Zeugnisverordnung',
  bundesland: 'de-sl',
  doc_type: 'verordnung',
  chunks: 7,
  training_allowed: true,
}

afterEach(async () => {
  await remove(`/dataset/documents/${document.id}`)
})

test('documents are registered, counted, listed and deleted', async () => {
  const before = await json(get('/dataset/stats'))
  const upload = (documents: unknown[]) => json(send('PUT', '/dataset/documents', { documents }))
  expect(await upload([document])).toEqual({ new: 1, changed: 0, unchanged: 0 })
  expect(await upload([document])).toEqual({ new: 0, changed: 0, unchanged: 1 })
  expect(await upload([{ ...document, chunks: 9 }])).toEqual({ new: 0, changed: 1, unchanged: 0 })

  const after = await json(get('/dataset/stats'))
  expect(after.total_documents).toBe(before.total_documents + 1)
  expect(after.total_chunks).toBe(before.total_chunks + 9)
  expect(after.training_allowed).toBe(before.training_allowed + 1)
  expect(after.by_bundesland.SL).toBe((before.by_bundesland.SL ?? 0) + 1)
  expect(after.by_doc_type.verordnung).toBe((before.by_doc_type.verordnung ?? 0) + 1)

  const listed = await json(get('/dataset/documents?bundesland=SL&doc_type=verordnung&training_allowed=true&limit=200'))
  expect(listed).toContainEqual(expect.objectContaining({ id: document.id, bundesland: 'SL', chunks: 9 }))
  expect((await remove(`/dataset/documents/${document.id}`)).status).toBe(200)
  expect((await problem(remove(`/dataset/documents/${document.id}`))).detail).toBe('Document not found')
  expect(await json(get('/dataset/stats'))).toEqual(before)
})

test('an upload with one bad document stores none', async () => {
  const documents = [document, { ...document, id: 'contract-suite-2', bundesland: 'XX' }]
  const refused = await problem(send('PUT', '/dataset/documents', { documents }))
  expect(refused).toMatchObject({ status: 422, errors: [{ loc: ['body', 'documents', 1, 'bundesland'] }] })
  expect((await problem(remove(`/dataset/documents/${document.id}`))).status).toBe(404)
})
