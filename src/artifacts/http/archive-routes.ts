import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { invalidResponse, problemResponse } from '../../http/problem.ts'
import { listArtifacts, located, openArtifact } from '../../jobs/artifacts.ts'
import { JobIdParam } from '../../jobs/http/parameters.ts'
import { refuse } from '../../models/refusals.ts'
import { registry } from '../../models/registry.ts'
import { VersionIdParam } from '../../models/schema.ts'
import { PAGE_MAX } from '../../platform/limits.ts'
import { type ArchivedFile, archiveOf } from '../archive.ts'
import { ledger } from '../ledger.ts'
import { readResponses, refuseArtifact } from './refuse.ts'
import { askerOf } from './routes.ts'
import { Bytes } from './schema.ts'

const zip = {
  description: 'A ZIP, made while it is sent. One that ends early is not whole: its table of contents comes last',
  headers: z.object({
    'Content-Disposition': z
      .string()
      .openapi({ description: 'Always an attachment', example: 'attachment; filename="v3.0.zip"' }),
  }),
  content: { 'application/zip': { schema: Bytes } },
}

const ofJob = createRoute({
  method: 'get',
  path: '/jobs/{id}/archive',
  tags: ['Artifacts'],
  summary: 'All files of a job in one',
  request: { params: JobIdParam },
  responses: { 200: zip, ...readResponses, ...invalidResponse },
})

const ofVersion = createRoute({
  method: 'get',
  path: '/models/{id}/archive',
  tags: ['Models'],
  summary: 'All files of a model version in one',
  request: { params: VersionIdParam },
  responses: { 200: zip, 404: problemResponse('`Model version not found`', 'not-found'), ...invalidResponse },
})

/** Archives of files. */
export const archives = new OpenAPIHono<AppEnv>()
  .openapi(ofJob, async (c) => {
    const { id } = c.req.valid('param')
    const asker = askerOf(c)
    const page = (after: string) => listArtifacts(c.env, id, asker, { prefix: '', after, limit: PAGE_MAX })
    const first = await page('')
    if ('reason' in first) return (await refuseArtifact(c, first)) as never
    noteValidJobToken(c)
    async function* pages() {
      for (let current = first; !('reason' in current); ) {
        for (const file of current.rows) yield [(await located(c.env, file)) ?? file]
        if (current.next === null) return
        current = await page(current.next)
      }
      throw new Error('The files can no longer be read')
    }
    return send(c, pages(), `job-${id}`)
  })
  .openapi(ofVersion, async (c) => {
    const { id } = c.req.valid('param')
    const found = await registry(c.env.DB).find(id)
    if (found === null) return refuse(c, { reason: 'not_found' } as const)
    const { model_type, version, created_at } = found.version
    async function* pages() {
      for (let after = ''; ; ) {
        const files = await ledger(c.env.DB).versionFiles(id, after, PAGE_MAX)
        yield files.map((file) => ({ ...file, createdMs: Date.parse(created_at) }))
        const last = files.at(-1)
        if (last === undefined || files.length < PAGE_MAX) return
        after = last.path
      }
    }
    return send(c, pages(), `${model_type}-${version}`)
  })

function send(c: Context<AppEnv>, pages: AsyncIterable<ArchivedFile[]>, name: string) {
  c.set('isUntrusted', true)
  const headers = { 'Content-Type': 'application/zip', 'Content-Disposition': `attachment; filename="${name}.zip"` }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  return c.body(
    archiveOf(pages, (file) => openArtifact(c.env, file)),
    200,
    headers,
  )
}
