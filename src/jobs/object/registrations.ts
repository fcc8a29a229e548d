import { manifestOf } from '../../artifacts/manifest.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import type { NotRegistered, RegisteredFiles, Registration } from '../../models/register-version.ts'
import { ARTIFACTS_PER_JOB_MAX } from '../../platform/limits.ts'
import { pathInModel } from '../rules/artifacts.ts'
import type { StoredArtifact } from './artifact-store.ts'
import type { Core } from './core.ts'

/**
 * Registers a version of files of this job, which then has them as well. In turn with the changes of this job, so that none of
 * the files goes in between.
 */
export async function registerFiles(
  core: Core,
  version: Registration,
): Promise<NamedVersion | NotRegistered | { reason: 'not_found' }> {
  if (core.livingJob === null) return { reason: 'not_found' }
  return core.registry.registerVersion(version, await filesFor(core, version.folder), core.now())
}

/** What is in a folder, or the file at its path. Of a model whose version was deleted nothing is left. */
async function filesFor({ artifacts, ledger }: Core, folder: string): Promise<RegisteredFiles> {
  const all = folder === '' ? artifacts.list('', '', ARTIFACTS_PER_JOB_MAX) : artifacts.filesIn(folder)
  const version = all.find((file) => file.version !== null)?.version ?? null
  const isGone = version !== null && (await ledger.versionFiles(version, '', 1)).length === 0
  const files = isGone ? all.filter((file) => file.version === null) : all
  const pathOf = ({ path }: StoredArtifact) =>
    path === folder ? (path.split('/').at(-1) ?? path) : below(path, folder)
  const own = files.filter((file) => file.version === null)
  const owned = files.filter((file) => file.version !== null)
  return {
    own: own.map((file) => {
      const { size, sha256, type, key, isProven } = file
      return { path: pathOf(file), size, sha256, type, key, isProven }
    }),
    owned:
      version === null || isGone
        ? null
        : { version, files: owned.map((file) => ({ path: pathOf(file), ofPath: pathInModel(file.path) })) },
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    manifest: await manifestOf(files.map((file) => ({ ...file, path: pathOf(file) }))),
  }
}

const below = (path: string, folder: string): string => (folder === '' ? path : path.slice(folder.length + 1))
