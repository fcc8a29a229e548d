import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { readRun, registerFiles } from '../../jobs/runs.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { copyVersion, type Registration, reserveVersion } from '../../models/register-version.ts'
import { isModelType } from '../../models/registered-names.ts'
import { registry } from '../../models/registry.ts'
import { versionSearch } from '../../models/version-search.ts'
import { REGISTRY_TAGS_MAX, SEARCHED_ROWS_MAX, VERSIONS_PER_NAME_MAX } from '../../platform/limits.ts'
import { isFinal } from '../../shared/job-status.ts'
import { allowed, askerOf } from './asker.ts'
import { bodyOf, type Fields, queryOf } from './body.ts'
import { denied, invalidParameter } from './errors.ts'
import { among, answerOf, type Finder, questionIn, type Searched } from './find.ts'
import { loggedModel } from './logged-models.ts'
import { modelIdOfFolder } from './model-id.ts'
import { forAdmins, forPeople, noName, verifiedRuns, versionIn } from './registry-asker.ts'
import { descriptionIn, stageOf, tagIn, tagsIn } from './registry-fields.ts'
import { downloadUri, versionShown } from './registry-shown.ts'
import { sourceOf } from './version-source.ts'

type C = Context<AppEnv>

/** Registers what a request names. The version of a running job's own model type has to wait for the job. */
async function register(c: C, fields: Fields) {
  const name = fields.text('name')
  const source = fields.text('source')
  const noted = { name, source, description: descriptionIn(fields), tags: tagsIn(fields) }
  const { jobId, path: folder, version: other } = await sourceOf(c, source)
  const open = await verifiedRuns(c)
  if (open !== null && !open.has(jobId)) throw denied(`'${source}' is of another run`)
  const modelId = other === undefined ? modelIdOfFolder(jobId, folder) : null
  if (modelId !== null) await loggedModel(c, modelId)
  const run = await readRun(c.env, jobId, askerOf(c))
  const isOwnType = !('reason' in run) && name === run.job.model_type && !isFinal(run.job.status)
  if (other !== undefined && other.files > 0 && !isOwnType) return copyVersion(c.env.DB, other, noted, Date.now())
  const { job } = await allowed(c, jobId, run)
  const { revision, documents } = job.dataset ?? {}
  const version: Registration = {
    ...{ ...noted, jobId, folder, metrics: job.metrics, bundeslaender: job.config.bundeslaender },
    dataset: revision === undefined || documents === undefined ? null : { revision, documents },
  }
  if (name === job.model_type) {
    const reserved = await reserveVersion(c.env.DB, version, Date.now())
    if (!('reason' in reserved) || reserved.reason !== 'not_running') return reserved
  }
  const registered = await registerFiles(c.env, version)
  const isRefused = 'reason' in registered && registered.reason !== 'no_name' && registered.reason !== 'too_many'
  return isRefused ? allowed(c, jobId, registered) : registered
}

const searched: Searched<NamedVersion> = {
  attributes: {
    name: ({ name }) => name,
    run_id: ({ jobId }) => jobId,
    source_path: (version) => versionShown(version).source,
    version_number: ({ number }) => number,
    creation_timestamp: ({ createdMs }) => createdMs,
    last_updated_timestamp: ({ updatedMs }) => updatedMs,
  },
  numbers: ['version_number', 'creation_timestamp', 'last_updated_timestamp'],
  tag: ({ tags }, key) => tags.find(([one]) => one === key)?.[1],
}

/** Versions of names. */
export const modelVersions = new Hono<AppEnv>()
  .post('/model-versions/create', async (c) => {
    const fields = await bodyOf(c)
    const version = await register(c, fields)
    if (!('reason' in version)) return c.json({ model_version: versionShown(version) })
    if (version.reason === 'no_name') throw noName(fields.text('name'))
    throw invalidParameter(`A name has at most ${VERSIONS_PER_NAME_MAX} versions`)
  })
  .get('/model-versions/get', async (c) => c.json({ model_version: versionShown(await versionIn(c, queryOf(c))) }))
  .get('/model-versions/get-download-uri', async (c) =>
    c.json({ artifact_uri: downloadUri(await versionIn(c, queryOf(c))) }),
  )
  .get('/model-versions/search', async (c) => {
    const open = await verifiedRuns(c)
    const question = questionIn(queryOf(c), searched, undefined, SEARCHED_ROWS_MAX)
    const runId = question.equal('run_id')
    if (open !== null && runId !== null && !open.has(runId))
      throw denied('The token of an attempt searches its own runs only')
    const runs = runId === null ? open : [runId]
    const find: Finder<NamedVersion> =
      runs === null
        ? (...how) => versionSearch(c.env.DB).find(question.equal('name'), ...how)
        : among(await namedVersions(c.env.DB).ofJobs([...runs]))
    const { rows, more } = await answerOf(question, find)
    return c.json({ model_versions: rows.map(versionShown), ...more })
  })
  .patch('/model-versions/update', async (c) => {
    const fields = await bodyOf(c)
    const { id } = await versionIn(c, fields)
    await namedVersions(c.env.DB).note(id, { description: descriptionIn(fields) }, Date.now())
    return c.json({ model_version: versionShown(await versionIn(c, fields)) })
  })
  .post('/model-versions/transition-stage', async (c) => {
    const fields = await bodyOf(c)
    const { id } = await versionIn(c, fields)
    await namedVersions(c.env.DB).note(id, { stage: stageOf(fields.text('stage')) }, Date.now())
    const staged = await versionIn(c, fields)
    if (fields.flag('archive_existing_versions')) {
      // What others have registered, a job token leaves where it is.
      const open = await verifiedRuns(c)
      await namedVersions(c.env.DB).archiveBeside(staged, open && [...open], Date.now())
    }
    return c.json({ model_version: versionShown(staged) })
  })
  .delete('/model-versions/delete', async (c) => {
    await forAdmins(c, 'Deletion')
    const version = await versionIn(c, await bodyOf(c))
    if (version.isReserved) throw invalidParameter('The version is that of a running job: cancel the job instead')
    const refusal = await registry(c.env.DB).remove(version.id)
    if (refusal?.reason === 'active') {
      const what = isModelType(version.name) ? 'activate another version first' : "delete the alias 'active' first"
      throw invalidParameter(`Cannot delete active model: ${what}`)
    }
    return c.json({})
  })
  .post('/model-versions/set-tag', async (c) => {
    const fields = await bodyOf(c)
    const { id } = await versionIn(c, fields)
    const [key, value] = tagIn(fields)
    const isSet = await namedVersions(c.env.DB).setTag(id, key, value)
    if (!isSet) throw invalidParameter(`A version has at most ${REGISTRY_TAGS_MAX} tags`)
    return c.json({})
  })
  .delete('/model-versions/delete-tag', async (c) => {
    await forPeople(c)
    const fields = await bodyOf(c)
    const { id } = await versionIn(c, fields)
    await namedVersions(c.env.DB).deleteTag(id, fields.text('key'))
    return c.json({})
  })
