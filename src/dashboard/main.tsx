import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/data.css'
import './styles/dialog.css'
import './styles/shell.css'
import './styles/track.css'
import './styles/tile-map.css'
import './styles/chart.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { startRevalidation } from './api/resource.ts'
import { session } from './api/session.ts'
import { syncSession } from './api/session-sync.ts'
import { askToSignIn } from './api/sign-in-again.ts'
import { App } from './app.tsx'
import { locale, locales } from './i18n/locale.ts'
import { loadTexts } from './i18n/text.ts'
import { PROBE_MS } from './platform/limits.ts'
import { navigate, startRouter } from './platform/router.ts'
import { isPage, preloadPage } from './shell/outlet.tsx'
import { startShortcuts } from './shell/shortcuts.ts'

let firstLook = true

startRouter(isPage)
if (location.pathname.startsWith('/mlflow')) {
  void import('./platform/mlflow-link.ts').then(({ pageOfMlflowLink }) =>
    navigate(pageOfMlflowLink(location) ?? '/', { replace: true }),
  )
}
startRevalidation()
syncSession()
startShortcuts()
preloadPage()

// Without a session this document is served at any address: after signing in, load the address that was requested.
effect(() => {
  if (session.value.phase === 'signed-in' && !firstLook && !isPage(location.pathname)) location.reload()
})
effect(() => {
  if (session.value.phase === 'signed-out' && firstLook) void askToSignIn()
  if (!['unknown', 'unclear'].includes(session.value.phase)) firstLook = false
})

/** The page cannot say anything without its texts: the other language is better than none. */
async function show(root: HTMLElement): Promise<void> {
  for (const language of [locale.value, ...locales]) {
    const isLoaded = await loadTexts(language).then(
      () => true,
      () => false,
    )
    if (!isLoaded) continue
    locale.value = language
    return render(<App />, root)
  }
  setTimeout(() => location.reload(), PROBE_MS)
}

const root = document.getElementById('app')
if (root !== null) void show(root)
