import { useErrorBoundary, useLayoutEffect, useState } from 'preact/hooks'
import { checkReachable, reachable } from '../api/reachability.ts'
import { Button } from '../components/button.tsx'
import { Skeleton } from '../components/notice.tsx'
import { t } from '../i18n/text.ts'
import { PRELOAD_AFTER_MS } from '../limits.ts'
import { matchPath, path } from '../router.ts'
import { type Page, type PageRoute, routes } from '../routes.ts'
import { PageHeading } from './page-heading.tsx'

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

/** The page that the address names. */
export function Outlet() {
  const shown = find(path.value)
  if (shown === null) return <NotFound />
  return <LoadedPage key={path.value} {...shown} />
}

const loaded = new Map<PageRoute, Page>()

function LoadedPage({ route, params }: Shown) {
  const [page, setPage] = useState<{ of: Page } | null>(() => known(route))
  const [failed, setFailed] = useState(false)
  const [broken] = useErrorBoundary((error) => console.error(error))
  const away = !reachable.value
  // While the server is away the page's script cannot be had: it is asked for again when it is back.
  useLayoutEffect(() => {
    if (page !== null || away) return
    setFailed(false)
    route.load().then(
      ({ default: of }) => {
        loaded.set(route, of)
        setPage({ of })
        preloadOthers()
      },
      () => {
        checkReachable()
        setFailed(true)
      },
    )
  }, [away])
  if (broken || (failed && !away)) return <Broken />
  if (page === null) return <Skeleton lines={6} />
  return <page.of params={params} />
}

let preloading = false

/** Fetches the other pages once the first is shown: going to them is then at once, also while the server is away. */
function preloadOthers(): void {
  if (preloading) return
  preloading = true
  setTimeout(() => {
    for (const { load } of routes) load().catch(() => {})
  }, PRELOAD_AFTER_MS)
}

const known = (route: PageRoute) => {
  const of = loaded.get(route)
  return of === undefined ? null : { of }
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

/** The page's script could not be loaded, most often because a newer version has been deployed; or it failed. */
function Broken() {
  return (
    <div class="stack">
      <PageHeading title={t('common.pageBroken')} />
      <p>
        <Button look="primary" onClick={() => location.reload()}>
          {t('common.reload')}
        </Button>
      </p>
    </div>
  )
}
