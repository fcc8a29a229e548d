import { isOutside, session } from './api/session.ts'
import { askToSignIn } from './api/sign-in-again.ts'
import { Button } from './components/button.tsx'
import { ConfirmDialog } from './components/confirm.tsx'
import { Empty } from './components/notice.tsx'
import { PageHeading } from './components/page-heading.tsx'
import { Toasts } from './components/toast.tsx'
import { SignInDialog } from './features/session/sign-in.tsx'
import { t } from './i18n/text.ts'
import { Header } from './shell/header.tsx'
import { Outlet } from './shell/outlet.tsx'
import { ShortcutList } from './shell/shortcut-list.tsx'

/** The dashboard: what surrounds every page, and the page. */
export function App() {
  return (
    <>
      <a class="skip" href="#main">
        {t('common.skip')}
      </a>
      <Header />
      <main id="main" class="main" tabIndex={-1}>
        <Content />
      </main>
      <Toasts />
      <ConfirmDialog />
      <SignInDialog />
      <ShortcutList />
    </>
  )
}

/** The page, if it may be seen. It keeps its state when a session ends. */
function Content() {
  if (session.value.phase === 'not-configured') return <NotConfigured />
  return isOutside.value ? <SignedOut /> : <Outlet />
}

function SignedOut() {
  return (
    <div class="stack">
      <PageHeading title={t('session.title')} />
      <Empty title={t('session.needed')}>
        <Button look="primary" onClick={() => void askToSignIn()}>
          {t('session.signIn')}
        </Button>
      </Empty>
    </div>
  )
}

function NotConfigured() {
  return (
    <div class="stack">
      <PageHeading title={t('session.notConfigured')} />
      <p>{t('session.notConfiguredText')}</p>
    </div>
  )
}
