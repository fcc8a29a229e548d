import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

/**
 * Lets Node load the Worker's own source: `cloudflare:workers` is stood in for, and a mutant, if one is wanted, is put
 * into the text of its file on the way.
 */
export function loadWith(mutant: Mutant | null): Promise<typeof import('./run.ts')> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers'
        ? { url: new URL('./workers-stand-in.ts', import.meta.url).href, shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) => {
      const edits = mutant?.edits.filter(({ file }) => url.endsWith(`/src/${file}`)) ?? []
      if (edits.length === 0) return next(url, context)
      let source = readFileSync(fileURLToPath(url), 'utf8')
      for (const { file, find, replace } of edits) {
        if (!source.includes(find)) throw new Error(`${file} no longer contains: ${find}`)
        source = source.replace(find, () => replace)
      }
      return { format: 'module-typescript', source, shortCircuit: true }
    },
  })
  return import('./run.ts')
}
