import { type Context, Hono } from 'hono'
import { askerOf } from '../../artifacts/http/routes.ts'
import { mediaType } from '../../artifacts/http/schema.ts'
import { serveFile } from '../../artifacts/http/serve.ts'
import { ledger } from '../../artifacts/ledger.ts'
import type { AppEnv } from '../../auth/env.ts'
import { sentBytes } from '../../http/sent-bytes.ts'
import { findArtifact, listArtifacts, openArtifact, putArtifact, removeArtifact } from '../../jobs/artifacts.ts'
import { LOGGED_MODELS_FOLDER } from '../../jobs/rules/artifacts.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { cutKeysetPage } from '../../platform/keyset-page.ts'
import {
  ARTIFACT_BUFFERED_BYTES_MAX,
  ARTIFACT_PART_BYTES_MAX,
  ARTIFACTS_PER_JOB_MAX,
  PAGE_MAX,
} from '../../platform/limits.ts'
import { Answered } from './asker.ts'
import { queryOf } from './body.ts'
import { doesNotExist } from './errors.ts'
import { allowedFile, fileAt } from './files.ts'
import { type Place, placeOf, type VersionPlace, versionPlaceOf } from './place.ts'
import { ofRuns, verifiedRuns } from './registry-asker.ts'

type C = Context<AppEnv>

/** The file that the path of a request names. */
const fileIn = (c: C): Place => fileAt(placeOf(c.req.param('path') ?? ''))

/** A page of files after a path, by path. */
type FilesAfter = (after: string) => Promise<{ rows: readonly { path: string; size: number }[]; next: string | null }>

/** What is directly in a folder. */
async function entriesIn(prefix: string, filesAfter: FilesAfter) {
  const entries = new Map<string, { path: string; is_dir: boolean; file_size?: number }>()
  let after = ''
  for (let seen = 0; seen < ARTIFACTS_PER_JOB_MAX; seen += PAGE_MAX) {
    const page = await filesAfter(after)
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

const prefixOf = ({ path }: { path: string }): string => (path === '' ? '' : `${path}/`)

const ofRun = (c: C, place: Place): FilesAfter => {
  const prefix = prefixOf(place)
  return async (after) =>
    allowedFile(c, await listArtifacts(c.env, place.jobId, askerOf(c), { prefix, after, limit: PAGE_MAX }))
}

const ofVersion = (c: C, place: VersionPlace): FilesAfter => {
  const prefix = prefixOf(place)
  return async (after) => {
    const files = await ledger(c.env.DB).versionFiles(place.versionId, after || prefix, PAGE_MAX + 1)
    return cutKeysetPage(
      files.filter(({ path }) => path.startsWith(prefix)),
      PAGE_MAX,
      ({ path }) => path,
    )
  }
}

/** Ends a request for a version's files that may not be shown to a run's token, or that there is not. */
async function readableVersion(c: C, { versionId }: VersionPlace): Promise<void> {
  const open = await verifiedRuns(c)
  const version = await namedVersions(c.env.DB).byId(versionId)
  if (version === null) throw doesNotExist('There is no such version')
  ofRuns(version, open)
}

/** Files: those of runs, and of the models that runs have logged. */
export const artifacts = new Hono<AppEnv>()
  .get('/artifacts', async (c) => {
    const path = queryOf(c).optionalText('path') ?? ''
    const version = versionPlaceOf(path)
    if (version !== null) {
      await readableVersion(c, version)
      return c.json({ files: await entriesIn(prefixOf(version), ofVersion(c, version)) })
    }
    const place = placeOf(path)
    const files = await entriesIn(prefixOf(place), ofRun(c, place))
    // The models that a run has logged are read by their own addresses: to MLflow's client they are no artifacts of the run.
    const isRoot = place.path === ''
    return c.json({ files: isRoot ? files.filter((file) => file.path !== LOGGED_MODELS_FOLDER) : files })
  })
  .put('/artifacts/:path{[^]+}', async (c) => {
    const { jobId, path } = fileIn(c)
    const tooLarge = `A file in one piece has at most ${ARTIFACT_PART_BYTES_MAX} bytes; set MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE below that`
    const sent = await sentBytes(c, ARTIFACT_PART_BYTES_MAX, ARTIFACT_BUFFERED_BYTES_MAX, tooLarge)
    if (sent instanceof Response) throw new Answered(sent)
    const file = { path, size: sent.size, sha256: null, type: mediaType(c.req.header('Content-Type')) }
    await allowedFile(c, await putArtifact(c.env, jobId, askerOf(c), file, sent.bytes))
    return c.json({})
  })
  .get('/artifacts/:path{[^]+}', async (c) => {
    const version = versionPlaceOf(c.req.param('path'))
    if (version !== null) {
      await readableVersion(c, version)
      const file = await ledger(c.env.DB).versionFile(version.versionId, version.path)
      if (file === null) throw doesNotExist(`No such artifact: ${version.path}`)
      return serveFile(c, file, (span) => openArtifact(c.env, file, span))
    }
    const { jobId, path } = fileIn(c)
    const file = await allowedFile(c, await findArtifact(c.env, jobId, askerOf(c), path))
    return serveFile(c, file, (span) => openArtifact(c.env, file, span))
  })
  .delete('/artifacts/:path{[^]+}', async (c) => {
    const { jobId, path } = fileIn(c)
    const refusal = await removeArtifact(c.env, jobId, askerOf(c), path)
    // One that is not there may have been deleted by the same request, whose answer was lost.
    if (refusal !== null && refusal.reason !== 'artifact_not_found') await allowedFile(c, refusal)
    return c.json({})
  })
