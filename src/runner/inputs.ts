import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Inputs } from './environment.ts'
import { makeFolder } from './files.ts'
import type { StoredAttempt } from './state.ts'
import { type Store, StoreRefused } from './store.ts'

/**
 * Fetches what the process needs: the documents, and the checkpoint to go on from.
 *
 * @param note adds a line to the output
 * @throws StoreRefused when there is no such checkpoint: training never silently starts from the beginning
 */
export async function fetchInputs(
  store: Store,
  { resume }: StoredAttempt,
  folder: string,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Inputs> {
  const resumeFrom =
    resume === null ? null : await fetchCheckpoint(store, resume.checkpoint, join(folder, 'resume'), signal)
  return { dataset: await fetchDataset(store, join(folder, 'dataset.ndjson'), note, signal), resumeFrom }
}

/** The documents that the job may train on, one in JSON a line; `null`: this service does not have them. */
async function fetchDataset(
  store: Store,
  file: string,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await store.fetch('/dataset', 'The dataset', file, signal)
    return file
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    note(`There is no dataset: ${error.message}`)
    return null
  }
}

async function fetchCheckpoint(store: Store, path: string, folder: string, signal: AbortSignal): Promise<string> {
  const files = await store.list(`${path}/`, signal)
  if (files.length === 0) throw new StoreRefused(`The checkpoint ${path} has no files`)
  // Below a name of its own: Transformers reads the step from it.
  const to = join(folder, inside(path.split('/').at(-1) ?? ''))
  rmSync(folder, { recursive: true, force: true })
  makeFolder(to)
  for (const file of files) await store.get(file, join(to, inside(file.path.slice(path.length + 1))), signal)
  return to
}

/** A path that stays below a folder, whatever a service answers. */
function inside(path: string): string {
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw new StoreRefused(`The path ${path} is none`)
  return path
}
