import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Files that hold tokens: nobody else may read them. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
  return path
}

/** Removes a folder, and the one that it stands in if that is empty then. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
  try {
    rmdirSync(dirname(path))
  } catch {
    // Others stand in it.
  }
}

/** Opens a file to append to it, for this user alone. */
export const openToAppend = (path: string): number => openSync(path, 'a', FILE_MODE)

/** Writes a file as a whole or not at all, also if the machine loses power. @throws when the disk is full */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const beside = `${path}.${randomUUID()}`
  try {
    const file = openSync(beside, 'wx', FILE_MODE)
    try {
      const bytes = Buffer.from(content)
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

export const writeJson = (path: string, value: unknown): void => writeWhole(path, `${JSON.stringify(value)}\n`)

/** The text of a file; `null`: there is none. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** A file of JSON; `null`: there is none, or it is not whole. */
export function readJson<T>(path: string): T | null {
  const text = readIfThere(path)
  if (text === null) return null
  try {
    return JSON.parse(text) as T
  } catch {
    return null
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

/** The last line of a file that is not empty, from its last 4 KiB. */
export function lastLineOf(path: string): string {
  const text = readIfThere(path) ?? ''
  return text.trimEnd().split('\n').at(-1)?.slice(-4096) ?? ''
}
