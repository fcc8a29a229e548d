import { env } from 'cloudflare:workers'
import { createHash } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { api, createJob, getJob, request, send } from './api.ts'

export const document = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  title: `Zeugnisordnung ${id}`,
  bundesland: 'BY',
  doc_type: 'verordnung',
  chunks: 10,
  training_allowed: true,
  source_url: null,
  ...more,
})
type Sent = ReturnType<typeof document>

export const upload = (...documents: Sent[]) => send('PUT', `${api}/dataset/documents`, { documents })
export const remove = (id: string) => request(`${api}/dataset/documents/${id}`, { method: 'DELETE' })
export const create = (more: Record<string, unknown> = {}) => createJob({ trainer: 'runner', ...more })

export const download = (id: string, init?: RequestInit) => request(`${api}/jobs/${id}/dataset`, init)
// The runtime warns of `text()` of anything that is not called text.
export const text = async (id: string) => new TextDecoder().decode(await (await download(id)).arrayBuffer())
export const lines = async (id: string) =>
  (await text(id))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
export const titles = async (id: string) => (await lines(id)).map(({ title }) => title)
export const dataset = async (id: string) => (await getJob(id)).dataset as NonNullable<JobSnapshot['dataset']>
export const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')

/** The digest of what a job's attempt was given, once the work behind its claim's answer is done. */
export const digested = (id: string) =>
  vi.waitFor(async () => {
    const { sha256 } = await dataset(id)
    expect(sha256).not.toBeNull()
    return sha256
  })

/** Leaves neither documents nor versions, so that each test finds only its own. Revisions go on. */
export const emptyDataset = () =>
  env.DB.batch(
    ['DELETE FROM documents', 'UPDATE model_types SET active_id = NULL', 'DELETE FROM model_versions'].map((sql) =>
      env.DB.prepare(sql),
    ),
  )
