import { type Context, Hono } from 'hono'
import { askerOf } from '../../artifacts/http/routes.ts'
import { mediaType } from '../../artifacts/http/schema.ts'
import type { AppEnv } from '../../auth/env.ts'
import { refuseFailedAuth } from '../../auth/refusals.ts'
import { sentBytes } from '../../http/sent-bytes.ts'
import {
  abortBlindly,
  type BlindUpload,
  beginBlindly,
  completeBlindly,
  putPartBlindly,
} from '../../jobs/blind-uploads.ts'
import { ARTIFACT_PART_BYTES_MAX, MULTIPART_PARTS_MAX } from '../../platform/limits.ts'
import { isUuid } from '../../shared/uuid.ts'
import { bodyOf, type Fields } from './body.ts'
import { invalidParameter } from './errors.ts'
import { allowedFile, fileAt } from './files.ts'
import { type Place, placeOf } from './place.ts'

type C = Context<AppEnv>

/** The file that a request is about: the folder is in its path, the name at the end of the client's own path. */
function fileIn(c: C, fields: Fields): Place {
  const { jobId, path: folder } = placeOf(c.req.param('path') ?? '')
  const name = fields.text('path').normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  return fileAt({ jobId, path: folder === '' ? name : `${folder}/${name}` })
}

/** As the client keeps it: our number, and R2's id. */
const shownId = ({ number, r2Id }: BlindUpload): string => `${number}.${r2Id}`

function uploadIn(fields: Fields): BlindUpload {
  const [, number, r2Id] = /^(\d{1,15})\.(.+)$/s.exec(fields.text('upload_id')) ?? []
  if (number === undefined || r2Id === undefined) throw invalidParameter('There is no such upload')
  return { number: Number(number), r2Id }
}

/** Files in parts, as MLflow's client sends them: it asks for an address of each part, to which it sends no credential. */
export const multipart = new Hono<AppEnv>()
  .post('/mpu/create/:path{[^]+}', async (c) => {
    const fields = await bodyOf(c)
    const { jobId, path } = fileIn(c, fields)
    const count = fields.optionalInt('num_parts') ?? 1
    if (count < 1 || count > MULTIPART_PARTS_MAX) {
      throw invalidParameter(
        `A file has from 1 to ${MULTIPART_PARTS_MAX} parts; set MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE higher`,
      )
    }
    const file = { path, type: mediaType(undefined) }
    const begun = await allowedFile(c, await beginBlindly(c.env, jobId, askerOf(c), file))
    const root = new URL(c.req.url)
    const partUrl = (part: number) => {
      const url = new URL(`${root.pathname.split('/mpu/')[0]}/mpu/parts/${jobId}/${begun.number}/${part}`, root.origin)
      url.searchParams.set('right', begun.r2Id)
      return url.href
    }
    return c.json({
      upload_id: shownId(begun),
      credentials: Array.from({ length: count }, (_, i) => ({ url: partUrl(i + 1), part_number: i + 1, headers: {} })),
    })
  })
  .put('/mpu/parts/:job/:upload/:part', async (c) => {
    const { job, upload, part } = c.req.param()
    const r2Id = c.req.query('right') ?? ''
    const number = Number(part)
    const isPart = Number.isInteger(number) && number >= 1 && number <= MULTIPART_PARTS_MAX
    if (!isUuid(job) || !/^\d{1,15}$/.test(upload) || !isPart || r2Id === '')
      return refuseFailedAuth(c, 'invalid-token')
    const tooLarge = `A part has at most ${ARTIFACT_PART_BYTES_MAX} bytes`
    const sent = await sentBytes(c, ARTIFACT_PART_BYTES_MAX, 0, tooLarge)
    if (sent instanceof Response) return sent
    const etag = await putPartBlindly(c.env, job, { number: Number(upload), r2Id }, number, sent.bytes, sent.size)
    if (etag === null) return refuseFailedAuth(c, 'invalid-token')
    return c.json({}, 200, { ETag: etag })
  })
  .post('/mpu/complete/:path{[^]+}', async (c) => {
    const fields = await bodyOf(c)
    const { jobId } = fileIn(c, fields)
    const parts = fields.list('parts').map((part) => {
      return { partNumber: part.optionalInt('part_number') ?? 0, etag: part.text('etag').replaceAll('"', '') }
    })
    await allowedFile(c, await completeBlindly(c.env, jobId, askerOf(c), uploadIn(fields), parts))
    return c.json({})
  })
  .post('/mpu/abort/:path{[^]+}', async (c) => {
    const fields = await bodyOf(c)
    await abortBlindly(c.env, fileIn(c, fields).jobId, askerOf(c), uploadIn(fields))
    return c.json({})
  })
