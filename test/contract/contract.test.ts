import { describe } from 'vitest'

/**
 * The contract of any running service. The parts run one after another, since a service may have one slot for all of
 * them: they are one file, which other tests can run beside.
 */
const parts = {
  document: () => import('./document.cases.ts'),
  jobs: () => import('./jobs.cases.ts'),
  watch: () => import('./watch.cases.ts'),
  protocol: () => import('./protocol.cases.ts'),
  dataset: () => import('./dataset.cases.ts'),
  ocr: () => import('./ocr.cases.ts'),
  readers: () => import('./readers.cases.ts'),
  errors: () => import('./errors.cases.ts'),
  cli: () => import('./cli.cases.ts'),
}

for (const [name, load] of Object.entries(parts)) {
  describe(name, async () => {
    await load()
  })
}
