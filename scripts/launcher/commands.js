import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * The commands of a command line, which `--then` separates.
 *
 * @param {string[]} args
 * @returns {string[][]}
 */
export function commandsIn(args) {
  const at = args.indexOf('--then')
  return at === -1 ? [args] : [args.slice(0, at), ...commandsIn(args.slice(at + 1))]
}

/**
 * The file of a program: a path as it is, a name by the `bin` of an installed package. Not by node_modules/.bin, where
 * Windows has shell scripts, which Node does not start.
 *
 * @param {string} program `scripts/start.ts`, `vitest`
 * @param {string} root the folder with package.json
 * @throws Error when no package on which the project depends has such a program
 */
export function fileOf(program, root) {
  if (program.includes('/')) return resolve(root, program)
  const { dependencies, devDependencies } = readManifest(root)
  for (const name of Object.keys({ ...devDependencies, ...dependencies })) {
    const folder = join(root, 'node_modules', name)
    const file = readManifest(folder).bin?.[program]
    if (file !== undefined) return join(folder, file)
  }
  throw new Error(`There is no program ${program}: run npm ci.`)
}

/**
 * @param {string} folder
 * @returns {{ [field: string]: Record<string, string> | undefined }} nothing if the package is not installed
 */
function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return {}
  }
}
