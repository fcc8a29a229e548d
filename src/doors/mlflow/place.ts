import { isUuid } from '../../shared/uuid.ts'
import { doesNotExist, invalidParameter } from './errors.ts'
import { modelOf } from './model-id.ts'

/** A place among the files of a job. `path`: empty for all of them. */
export type Place = { jobId: string; path: string }

/** A place among the files that a version has by itself. `path`: empty for all of them. */
export type VersionPlace = { versionId: string; path: string }

/** Where a path leads that is of a version: `<experiment>/versions/<version>/artifacts/…`; `null`: it is of none. */
export function versionPlaceOf(path: string): VersionPlace | null {
  const [, owner, versionId = '', folder, ...names] = partsOf(path)
  return owner === 'versions' && isUuid(versionId) && folder === 'artifacts'
    ? { versionId, path: names.join('/') }
    : null
}

/** The names in a path. One that climbs ends the request, also where only a folder is listed. */
function partsOf(path: string): string[] {
  const names = path.normalize('NFC').replace(/\/+$/, '').split('/')
  if (names.includes('..')) throw invalidParameter(`Invalid path: ${path}`)
  return names.filter((name) => name !== '.')
}

/**
 * Where a path of the artifact service leads: `<experiment>/<run>/artifacts/…` to the files of the run, and
 * `<experiment>/models/<model>/artifacts/…` to those of a logged model, which its run has.
 */
export function placeOf(path: string): Place {
  const [, owner = '', ...rest] = partsOf(path)
  if (owner === 'models') {
    const [modelId = '', folder, ...names] = rest
    const model = modelOf(modelId)
    if (model === null || folder !== 'artifacts') throw doesNotExist(`No such artifact: ${path}`)
    return { jobId: model.runId, path: [model.folder, ...names].join('/') }
  }
  const [folder, ...names] = rest
  if (!isUuid(owner) || folder !== 'artifacts') throw doesNotExist(`No such artifact: ${path}`)
  return { jobId: owner, path: names.join('/') }
}
