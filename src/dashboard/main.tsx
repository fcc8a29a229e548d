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
import { startRouter } from './platform/router.ts'
import { isPage } from './shell/outlet.tsx'

let firstLook = true

startRouter(isPage)
startRevalidation()
syncSession()

// Without a session this document is served at any address: after signing in, load the address that was requested.
effect(() => {
  if (session.value.phase === 'signed-in' && !firstLook && !isPage(location.pathname)) location.reload()
})
effect(() => {
  if (session.value.phase === 'signed-out' && firstLook) void askToSignIn()
  if (!['unknown', 'unclear'].includes(session.value.phase)) firstLook = false
})

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
