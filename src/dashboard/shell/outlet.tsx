import { useErrorBoundary } from 'preact/hooks'
import { Reload, Skeleton } from '../components/notice.tsx'
import { PageHeading } from '../components/page-heading.tsx'
import { useScript } from '../components/use-script.ts'
import { locales } from '../i18n/locale.ts'
import { loadTexts, t } from '../i18n/text.ts'
import { PRELOAD_AFTER_MS } from '../platform/limits.ts'
import { matchPath, type Page, path } from '../platform/router.ts'
import { recall } from '../platform/stored.ts'
import { type PageRoute, routes } from './routes.ts'

type Shown = { route: PageRoute; params: Record<string, string> }

function find(address: string): Shown | null {
  for (const route of routes) {
    const params = matchPath(route.pattern, address)
    if (params !== null) return { route, params }
  }
  return null
}

/** Whether an address is one of the dashboard's. */
export const isPage = (address: string): boolean => find(address) !== null

/** Fetches the page of the address, while the texts are fetched that it is rendered with. */
export function preloadPage(): void {
  find(path.peek())
    ?.route.load()
    .catch(() => {})
}

/** The page of the address. */
export function Outlet() {
  const match = find(path.value)
  if (match === null) return <NotFound />
  return <LoadedPage key={path.value} {...match} />
}

const loadedPages = new Map<PageRoute, { default: Page }>()

function LoadedPage({ route, params }: Shown) {
  const { script, isMissing } = useScript(() => load(route), loadedPages.get(route))
  const [broken] = useErrorBoundary((error) => console.error(error))
  if (broken || isMissing) return <Broken />
  if (script === null) return <Skeleton lines={6} />
  return <script.default params={params} />
}

async function load(route: PageRoute): Promise<{ default: Page }> {
  const script = await route.load()
  loadedPages.set(route, script)
  preloadOthers()
  return script
}

let preloading = false

/**
 * Fetches the other pages once the first is shown: navigation is then instant, also while the server is away. And notifies of
 * jobs, if somebody wanted that on an earlier visit.
 */
function preloadOthers(): void {
  if (preloading) return
  preloading = true
  setTimeout(() => {
    for (const { load } of routes) load().catch(() => {})
    for (const language of locales) loadTexts(language).catch(() => {})
    if (recall('watched-jobs') !== null) {
      import('../features/job/notify/notifier.ts').then(({ keepNotifying }) => keepNotifying()).catch(() => {})
    }
  }, PRELOAD_AFTER_MS)
}

function NotFound() {
  return (
    <div class="stack">
      <PageHeading title={t('common.notFound')} />
      <p>{t('common.notFoundText')}</p>
      <p>
        <a href="/">{t('common.toOverview')}</a>
      </p>
    </div>
  )
}

/** The page's script failed, or could not be loaded, most likely because a newer version was deployed. */
function Broken() {
  return (
    <div class="stack">
      <PageHeading title={t('common.pageBroken')} />
      <p>
        <Reload />
      </p>
    </div>
  )
}
