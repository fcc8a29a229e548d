import { MODEL_FOLDER } from '../../jobs/rules/artifacts.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import type { RegisteredName } from '../../models/registered-names.ts'
import { modelIdOfFolder } from './model-id.ts'
import { DEFAULT_EXPERIMENT, entryShown, modelTypeExperiments } from './shown.ts'

/** The registry as MLflow's client expects it. */

/** Where the files of a version are: those that it has, or, as long as it has none, those of its job. */
export function downloadUri({ id, jobId, folder, name, files }: NamedVersion): string {
  const path = folder ?? MODEL_FOLDER
  const root = `mlflow-artifacts:/${modelTypeExperiments[name] ?? DEFAULT_EXPERIMENT.id}`
  if (files > 0) return `${root}/versions/${id}/artifacts`
  const modelId = modelIdOfFolder(jobId, path)
  if (modelId !== null) return `${root}/models/${modelId}/artifacts`
  return [root, jobId, 'artifacts', ...(path === '' ? [] : [path])].join('/')
}

/** A version. */
export function versionShown(version: NamedVersion) {
  const aliases = [...(version.isActive ? ['active'] : []), ...version.aliases]
  return {
    name: version.name,
    version: String(version.number),
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    current_stage: version.stage,
    description: version.description,
    source: version.source ?? downloadUri(version),
    run_id: version.jobId,
    status: 'READY',
    run_link: '',
    ...(version.tags.length === 0 ? {} : { tags: version.tags.map(entryShown) }),
    ...(aliases.length === 0 ? {} : { aliases }),
  }
}

/** A registered name. @param versions those that are shown with it */
export function nameShown(
  { name, createdMs, updatedMs, description, latest, tags, aliases }: RegisteredName,
  versions: readonly NamedVersion[],
) {
  return {
    name,
    creation_timestamp: createdMs,
    last_updated_timestamp: Math.max(updatedMs, latest?.createdMs ?? 0),
    ...(description === '' ? {} : { description }),
    ...(versions.length === 0 ? {} : { latest_versions: versions.map(versionShown) }),
    ...(tags.length === 0 ? {} : { tags: tags.map(entryShown) }),
    ...(aliases.length === 0
      ? {}
      : { aliases: aliases.map(({ alias, number }) => ({ alias, version: String(number) })) }),
  }
}
