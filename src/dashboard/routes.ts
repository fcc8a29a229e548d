import type { TextKey } from './i18n/text.ts'
import type { Page } from './page.ts'

export type PageRoute = {
  pattern: string
  /** Of the document, before a page knows better. */
  title: TextKey
  load: () => Promise<{ default: Page }>
}

/** The pages by their paths; the first that fits is shown. src/pages.ts serves the document at the same paths. */
export const routes: readonly PageRoute[] = [
  { pattern: '/', title: 'overview.title', load: () => import('./pages/overview.tsx') },
  { pattern: '/jobs', title: 'jobs.title', load: () => import('./pages/jobs.tsx') },
  { pattern: '/jobs/new', title: 'createJob.title', load: () => import('./pages/create-job.tsx') },
  { pattern: '/jobs/:id', title: 'job.title', load: () => import('./pages/job.tsx') },
  { pattern: '/compare', title: 'compare.title', load: () => import('./pages/compare.tsx') },
  { pattern: '/models', title: 'models.title', load: () => import('./pages/models.tsx') },
  { pattern: '/dataset', title: 'dataset.title', load: () => import('./pages/dataset.tsx') },
  { pattern: '/ocr', title: 'ocr.title', load: () => import('./pages/ocr.tsx') },
  { pattern: '/tokens', title: 'tokens.title', load: () => import('./pages/tokens.tsx') },
]

/** The pages in the navigation. The one of tokens is beside it, for who may do something there. */
export const navigation: readonly (readonly [path: string, text: TextKey])[] = [
  ['/', 'common.overview'],
  ['/jobs', 'common.jobs'],
  ['/compare', 'common.compare'],
  ['/models', 'common.models'],
  ['/dataset', 'common.dataset'],
  ['/ocr', 'common.ocr'],
]
