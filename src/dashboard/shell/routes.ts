import type { TextKey } from '../i18n/text.ts'
import type { Page } from '../platform/router.ts'

export type PageRoute = {
  pattern: string
  /** The title of the document until the page sets its own. */
  title: TextKey
  load: () => Promise<{ default: Page }>
}

/**
 * The pages by their paths; the first match is shown. src/system/dashboard-files.ts serves the document at the same
 * paths.
 */
export const routes: readonly PageRoute[] = [
  { pattern: '/', title: 'overview.title', load: () => import('../features/overview/overview-page.tsx') },
  { pattern: '/jobs', title: 'jobs.title', load: () => import('../features/jobs/jobs-page.tsx') },
  { pattern: '/jobs/new', title: 'common.newJob', load: () => import('../features/create-job/create-job-page.tsx') },
  { pattern: '/jobs/:id', title: 'job.title', load: () => import('../features/job/job-page.tsx') },
  { pattern: '/compare', title: 'common.compare', load: () => import('../features/compare/compare-page.tsx') },
  { pattern: '/models', title: 'models.title', load: () => import('../features/models/models-page.tsx') },
  { pattern: '/dataset', title: 'common.dataset', load: () => import('../features/dataset/dataset-page.tsx') },
  { pattern: '/runners', title: 'common.runners', load: () => import('../features/runners/runners-page.tsx') },
  { pattern: '/ocr', title: 'common.ocr', load: () => import('../features/ocr/ocr-page.tsx') },
  { pattern: '/tokens', title: 'tokens.title', load: () => import('../features/tokens/tokens-page.tsx') },
]

/** The pages in the navigation. The page of tokens is linked beside it, for admins. */
export const navigation: readonly (readonly [path: string, text: TextKey])[] = [
  ['/', 'common.overview'],
  ['/jobs', 'common.jobs'],
  ['/compare', 'common.compare'],
  ['/models', 'common.models'],
  ['/dataset', 'common.dataset'],
  ['/runners', 'common.runners'],
  ['/ocr', 'common.ocr'],
]
