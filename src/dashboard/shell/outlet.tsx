import { useErrorBoundary } from 'preact/hooks'
import { Reload, Skeleton } from '../components/notice.tsx'
import { PageHeading } from '../components/page-heading.tsx'
import { useScript } from '../components/use-script.ts'
import { t } from '../i18n/text.ts'
import { PRELOAD_AFTER_MS } from '../platform/limits.ts'
import { matchPath, type Page, path } from '../platform/router.ts'
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

/** Loads what nobody waits for, once the first page is shown. */
function preloadOthers(): void {
  if (preloading) return
  preloading = true
  setTimeout(() => {
    import('./later.ts').then(({ loadOthers }) => loadOthers()).catch(() => {})
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
