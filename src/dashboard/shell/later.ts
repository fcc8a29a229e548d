import { isSettled } from '../components/use-script.ts'
import { locales } from '../i18n/locale.ts'
import { loadTexts } from '../i18n/text.ts'
import { recall } from '../platform/stored.ts'
import { routes } from './routes.ts'

/**
 * Fetches the other pages and texts: navigation is then instant, also while the server is away. And notifies of jobs, if
 * somebody wanted that on an earlier visit.
 */
export function loadOthers(): void {
  isSettled.value = true
  for (const { load } of routes) load().catch(() => {})
  for (const language of locales) loadTexts(language).catch(() => {})
  if (recall('watched-jobs') !== null) {
    import('../features/job/notify/notifier.ts').then(({ keepNotifying }) => keepNotifying()).catch(() => {})
  }
}
