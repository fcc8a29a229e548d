import { type Context, Hono } from 'hono'
import { askerOf } from '../../artifacts/http/routes.ts'
import { mediaType } from '../../artifacts/http/schema.ts'
import { serveFile } from '../../artifacts/http/serve.ts'
import type { AppEnv } from '../../auth/env.ts'
import { sentBytes } from '../../http/sent-bytes.ts'
import { findArtifact, listArtifacts, openArtifact, putArtifact, removeArtifact } from '../../jobs/artifacts.ts'
import {
  ARTIFACT_BUFFERED_BYTES_MAX,
  ARTIFACT_PART_BYTES_MAX,
  ARTIFACTS_PER_JOB_MAX,
  PAGE_MAX,
} from '../../platform/limits.ts'
import { Answered } from './asker.ts'
import { queryOf } from './body.ts'
import { allowedFile, fileAt } from './files.ts'
import { type Place, placeOf } from './place.ts'

type C = Context<AppEnv>

/** The file that the path of a request names. */
const fileIn = (c: C): Place => fileAt(placeOf(c.req.param('path') ?? ''))

/** What is directly in a folder. */
async function entriesIn(c: C, { jobId, path }: Place) {
  const prefix = path === '' ? '' : `${path}/`
  const entries = new Map<string, { path: string; is_dir: boolean; file_size?: number }>()
  let after = ''
  for (let seen = 0; seen < ARTIFACTS_PER_JOB_MAX; seen += PAGE_MAX) {
    const page = await allowedFile(c, await listArtifacts(c.env, jobId, askerOf(c), { prefix, after, limit: PAGE_MAX }))
    for (const { path: whole, size } of page.rows) {
      const [name = '', ...below] = whole.slice(prefix.length).split('/')
      entries.set(
        name,
        below.length > 0 ? { path: name, is_dir: true } : { path: name, is_dir: false, file_size: size },
      )
    }
    if (page.next === null) break
    after = page.next
  }
  return [...entries.values()]
}

/** Files: those of runs, and of the models that runs have logged. */
export const artifacts = new Hono<AppEnv>()
  .get('/artifacts', async (c) => {
    const place = placeOf(queryOf(c).optionalText('path') ?? '')
    return c.json({ files: await entriesIn(c, place) })
  })
  .put('/artifacts/:path{.+}', async (c) => {
    const { jobId, path } = fileIn(c)
    const tooLarge = `A file in one piece has at most ${ARTIFACT_PART_BYTES_MAX} bytes; set MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE below that`
    const sent = await sentBytes(c, ARTIFACT_PART_BYTES_MAX, ARTIFACT_BUFFERED_BYTES_MAX, tooLarge)
    if (sent instanceof Response) throw new Answered(sent)
    const file = { path, size: sent.size, sha256: null, type: mediaType(c.req.header('Content-Type')) }
    await allowedFile(c, await putArtifact(c.env, jobId, askerOf(c), file, sent.bytes))
    return c.json({})
  })
  .get('/artifacts/:path{.+}', async (c) => {
    const { jobId, path } = fileIn(c)
    const file = await allowedFile(c, await findArtifact(c.env, jobId, askerOf(c), path))
    return serveFile(c, file, (span) => openArtifact(c.env, file, span))
  })
  .delete('/artifacts/:path{.+}', async (c) => {
    const { jobId, path } = fileIn(c)
    const refusal = await removeArtifact(c.env, jobId, askerOf(c), path)
    if (refusal !== null) await allowedFile(c, refusal)
    return c.json({})
  })
