import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { MODEL_FOLDER } from '../../jobs/rules/artifacts.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { ARTIFACT_PATH_BYTES_MAX } from '../../platform/limits.ts'
import { pathError } from '../../shared/artifact-path.ts'
import { isUuid } from '../../shared/uuid.ts'
import { invalidParameter } from './errors.ts'
import { modelOf } from './model-id.ts'
import { type Place, placeOf, versionPlaceOf } from './place.ts'

/** Files of a run, and the version whose they are, if the source names one. */
export type Source = Place & { version?: NamedVersion }

/** Which files of which run the source of a version names: those of a logged model, of a run, or of another version. */
export async function sourceOf(c: Context<AppEnv>, source: string): Promise<Source> {
  const place = await named(c, source)
  const error = place === null || place.path === '' ? null : pathError(place.path, ARTIFACT_PATH_BYTES_MAX)
  if (place === null || error !== null) {
    throw invalidParameter(`Invalid model version source: '${source}'. It must be of a run or a logged model here.`)
  }
  return place
}

async function named(c: Context<AppEnv>, source: string): Promise<Source | null> {
  const [, scheme, rest = ''] = /^(models|runs|mlflow-artifacts):\/([^/].*)$/.exec(source) ?? []
  const versions = namedVersions(c.env.DB)
  if (scheme === 'mlflow-artifacts') {
    const ofVersion = versionPlaceOf(rest)
    if (ofVersion === null) return placeOf(rest)
    return ofVersion.path === '' ? whole(await versions.byId(ofVersion.versionId)) : null
  }
  if (scheme === 'runs') {
    const [jobId = '', ...path] = rest.split('/')
    return isUuid(jobId) ? { jobId, path: path.join('/') } : null
  }
  if (scheme !== 'models') return null
  const model = modelOf(rest)
  if (model !== null) return { jobId: model.runId, path: model.folder }
  const [, name = '', number] = /^([^/]+)\/([1-9][0-9]{0,8})$/.exec(rest) ?? []
  return number === undefined ? null : whole(await versions.find(name, Number(number)))
}

/** All files of a version. */
const whole = (version: NamedVersion | null): Source | null =>
  version && { jobId: version.jobId, path: version.folder ?? MODEL_FOLDER, version }
