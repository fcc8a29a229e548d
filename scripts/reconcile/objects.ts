import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../job/usage.ts'
import { ExpectedError } from '../service.ts'
import { objectsAtCloudflare } from './cloudflare.ts'
import type { Source } from './command.ts'

/** The class of the objects, as wrangler.toml names it. */
export const CLASS_NAME = 'TrainingJob'

/** The ids of objects, and their source: `in …`, `at …`. */
export type Objects = { ids: string[]; where: string }

const root = fileURLToPath(new URL('../..', import.meta.url))
const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** Reads the ids of all objects. @throws UsageError or ExpectedError when they cannot be read. */
export async function readObjects(
  source: Source,
  worker: string,
  env: Record<string, string | undefined>,
): Promise<Objects> {
  switch (source.from) {
    case 'state':
      return inState(resolve(root, source.folder ?? '.wrangler/state'), worker)
    case 'cloudflare':
      return { ids: await objectsAtCloudflare(worker, CLASS_NAME, env), where: 'at Cloudflare' }
    case 'file':
      return inFile(source.file)
  }
}

/** A local server keeps each object's storage in a file named by its id, beside one for all alarms. */
async function inState(state: string, worker: string): Promise<Objects> {
  const folder = join(state, 'v3/do', `${worker}-${CLASS_NAME}`)
  const where = relative(root, folder).startsWith('..') ? folder : relative(root, folder)
  const names = await readdir(folder).catch(() => {
    const what = 'say with --persist-to where the server keeps its state, or with --worker what its Worker is called'
    throw new ExpectedError(exitCodes.usage, `There is no folder ${where}: ${what}.`)
  })
  const ids = names.filter((name) => name.endsWith('.sqlite')).map((name) => name.slice(0, -'.sqlite'.length))
  return { ids: ids.filter(isId), where: `in ${where}` }
}

async function inFile(file: string): Promise<Objects> {
  const where = file === '-' ? 'the standard input' : file
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error) => {
    const { code } = error as NodeJS.ErrnoException
    throw new ExpectedError(
      exitCodes.usage,
      `${where} cannot be read (${code}): give --objects a file with one id a line.`,
    )
  })
  const lines = content.split('\n').map((line) => line.trim())
  const wrong = lines.findIndex((line) => line !== '' && !isId(line))
  if (wrong >= 0) {
    const what = 'an id is 64 hexadecimal digits in lower case'
    throw new ExpectedError(exitCodes.usage, `Line ${wrong + 1} of ${where} is not the id of an object: ${what}.`)
  }
  return { ids: lines.filter((line) => line !== ''), where: `in ${where}` }
}
