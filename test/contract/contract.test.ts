import { describe } from 'vitest'

/**
 * What any running service must do. The parts take turns, since a service may have one slot for all of them: being one
 * file, they do so beside all other tests.
 */
const parts = {
  document: () => import('./document.cases.ts'),
  jobs: () => import('./jobs.cases.ts'),
  watch: () => import('./watch.cases.ts'),
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
