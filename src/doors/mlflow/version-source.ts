import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { MODEL_FOLDER } from '../../jobs/rules/artifacts.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { ARTIFACT_PATH_BYTES_MAX } from '../../platform/limits.ts'
import { pathError } from '../../shared/artifact-path.ts'
import { isUuid } from '../../shared/uuid.ts'
import { invalidParameter } from './errors.ts'
import { modelOf } from './model-id.ts'
import { type Place, placeOf } from './place.ts'

/** Which files of which run the source of a version names: those of a logged model, of a run, or of another version. */
export async function placeOfSource(c: Context<AppEnv>, source: string): Promise<Place> {
  const place = await named(c, source)
  const error = place === null || place.path === '' ? null : pathError(place.path, ARTIFACT_PATH_BYTES_MAX)
  if (place === null || error !== null) {
    throw invalidParameter(`Invalid model version source: '${source}'. It must be of a run or a logged model here.`)
  }
  return place
}

async function named(c: Context<AppEnv>, source: string): Promise<Place | null> {
  const [, scheme, rest = ''] = /^(models|runs|mlflow-artifacts):\/([^/].*)$/.exec(source) ?? []
  if (scheme === 'mlflow-artifacts') return placeOf(rest)
  if (scheme === 'runs') {
    const [jobId = '', ...path] = rest.split('/')
    return isUuid(jobId) ? { jobId, path: path.join('/') } : null
  }
  if (scheme !== 'models') return null
  const model = modelOf(rest)
  if (model !== null) return { jobId: model.runId, path: model.folder }
  const [, name = '', number] = /^([^/]+)\/([1-9][0-9]{0,8})$/.exec(rest) ?? []
  const version = number === undefined ? null : await namedVersions(c.env.DB).find(name, Number(number))
  return version && { jobId: version.jobId, path: version.folder ?? MODEL_FOLDER }
}
