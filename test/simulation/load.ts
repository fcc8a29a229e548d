import { registerHooks } from 'node:module'

/** Loads the Worker's own source in Node, with a stand-in for `cloudflare:workers`. */
export function loadRun(): Promise<typeof import('./run.ts')> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers'
        ? { url: new URL('./workers-stand-in.ts', import.meta.url).href, shortCircuit: true }
        : next(specifier, context),
  })
  return import('./run.ts')
}
