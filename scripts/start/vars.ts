import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { authVarNames } from '../../src/auth/settings.ts'
import { varNames } from '../../src/platform/settings.ts'

/** Every var that the service reads. */
const known = [...varNames, ...authVarNames]

/** The names of the vars on the command line: `--var A:1 B:2`, `--var=A:1`. */
export function varsOn(args: readonly string[]): string[] {
  let isVar = false
  return args.flatMap((arg) => {
    const [, value] = /^--var(?:=(.*))?$/s.exec(arg) ?? []
    if (arg.startsWith('-')) isVar = arg === '--var'
    const text = value ?? (isVar && !arg.startsWith('-') ? arg : '')
    return /^([^:]+):/s.exec(text)?.[1] ?? []
  })
}

/** The names of the vars in a folder's `.dev.vars`, or in `.dev.vars.<env>`, which wrangler reads in its place. */
export function varsIn(folder: string, env: string | undefined): string[] {
  const files = [...(env === undefined ? [] : [`.dev.vars.${env}`]), '.dev.vars']
  const path = files.map((name) => join(folder, name)).find(existsSync)
  return path === undefined ? [] : Object.keys(parseEnv(readFileSync(path, 'utf8')))
}

/** A warning about each of the names that the service does not read, with the most similar one that it does. */
export function unknownVars(names: readonly string[]): string[] {
  const unknown = [...new Set(names)].filter((name) => !known.includes(name))
  return unknown.map((name) => {
    const similar = closestTo(name)
    const hint = similar === null ? 'The settings are listed in wrangler.toml.' : `Did you mean ${similar}?`
    return `The var ${name} does not exist and has no effect. ${hint}`
  })
}

/** The known name with the fewest differences; `null` if it has more than a third of its letters. */
function closestTo(name: string): string | null {
  const [closest] = known
    .map((one) => ({ one, differences: differencesOf(name.toUpperCase(), one) }))
    .filter(({ one, differences }) => differences <= one.length / 3)
    .sort((a, b) => a.differences - b.differences)
  return closest?.one ?? null
}

/** Characters to add, drop or replace (Levenshtein). */
function differencesOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, from] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, to] of [...b].entries()) {
      const [diagonal = 0, above = 0, left = 0] = [row[j], row[j + 1], next[j]]
      next.push(from === to ? diagonal : 1 + Math.min(diagonal, above, left))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
