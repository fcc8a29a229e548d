import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isOutside, may, session, signOut, who } from '../api/session.ts'
import { askToSignIn } from '../api/sign-in-again.ts'
import { Button } from '../components/button.tsx'
import { SessionEnd } from '../features/session/session-end.tsx'
import { type Locale, locale } from '../i18n/locale.ts'
import { chooseLanguage, t } from '../i18n/text.ts'
import { path } from '../platform/router.ts'
import { forgetVisit } from '../platform/stored.ts'
import { chooseTheme, type Theme, theme } from '../platform/theme.ts'
import { Banners } from './banners.tsx'
import { navigation } from './routes.ts'
import { isShortcutListOpen } from './shortcuts.ts'

/** The header: navigation, the user, language and theme. */
export function Header() {
  const open = useSignal(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const close = () => {
    open.value = false
  }
  useEffect(() => path.subscribe(close), [])
  return (
    <header class="header">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it listens for what happens to the menu that it holds */}
      <div
        class="header-row"
        onKeyDown={({ key }) => {
          if (key !== 'Escape' || !open.value) return
          close()
          menuButton.current?.focus()
        }}
        onFocusOut={({ currentTarget, relatedTarget }) => {
          if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) close()
        }}
      >
        <a class="brand" href="/">
          <Signal />
          {t('common.name')}
        </a>
        <button
          ref={menuButton}
          type="button"
          class="button menu-button"
          aria-expanded={open.value}
          aria-controls="navigation"
          onClick={() => {
            open.value = !open.value
          }}
        >
          {t('common.menu')}
        </button>
        <nav id="navigation" class={open.value ? 'nav open' : 'nav'} aria-label={t('common.navigation')}>
          {!isOutside.value &&
            navigation.map(([address, text]) => (
              <a key={address} href={address} aria-current={current(address)}>
                {t(text)}
              </a>
            ))}
        </nav>
        <div class={open.value ? 'header-settings open' : 'header-settings'}>
          <Who />
          {may('admin') && (
            <a class="header-link" href="/tokens" aria-current={current('/tokens')}>
              {t('tokens.nav')}
            </a>
          )}
          {!isOutside.value && (
            <>
              <a class="header-link" href="/docs">
                {t('common.apiDocs')}
              </a>
              <Button look="plain" class="shortcuts-button" label={t('shortcuts.title')} onClick={showShortcuts}>
                ?
              </Button>
            </>
          )}
          <LanguageSelect />
          <ThemeSelect />
        </div>
        {session.value.phase === 'signed-out' && (
          <Button class="sign-in" onClick={() => void askToSignIn()}>
            {t('session.signIn')}
          </Button>
        )}
      </div>
      <Banners />
      <SessionEnd />
    </header>
  )
}

function current(address: string): 'page' | 'true' | undefined {
  if (path.value === address) return 'page'
  return address !== '/' && path.value.startsWith(`${address}/`) ? 'true' : undefined
}

function showShortcuts(): void {
  isShortcutListOpen.value = true
}

/** A signal light at "proceed". */
function Signal() {
  return (
    <svg viewBox="0 0 18 28" aria-hidden="true">
      <rect x="1" y="0" width="16" height="22" rx="5" fill="currentColor" />
      <path d="M9 22v6" stroke="currentColor" stroke-width="2.5" />
      <circle cx="9" cy="6.5" r="3" class="signal-stop" />
      <circle cx="9" cy="15.5" r="3" class="signal-go" />
    </svg>
  )
}

/** Signs out of Cloudflare Access as well, which would otherwise sign in again at once. */
function leaveAccess(): void {
  forgetVisit()
  location.assign('/cdn-cgi/access/logout')
}

function Who() {
  const session = who.value
  if (session === null || session.kind === 'local') return null
  return (
    <div class="who">
      <span class="small" title={t('session.signedInAs', { name: session.name, role: t(`session.${session.role}`) })}>
        {/* The token that a service begins with is called like its role. */}
        {session.name !== session.role && <strong>{session.name} </strong>}
        <span class="quiet">{t(`session.${session.role}`)}</span>
      </span>
      <Button look="plain" onClick={session.kind === 'access' ? leaveAccess : signOut}>
        {t('session.signOut')}
      </Button>
    </div>
  )
}

const languageNames = { de: 'Deutsch', en: 'English' }

function LanguageSelect() {
  return (
    <select
      class="select"
      aria-label={t('common.language')}
      value={locale.value}
      onChange={(event) => chooseLanguage(event.currentTarget.value as Locale)}
    >
      {Object.entries(languageNames).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  )
}

function ThemeSelect() {
  return (
    <select
      class="select"
      aria-label={t('common.theme')}
      value={theme.value}
      onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
    >
      <option value="auto">{t('common.themeAuto')}</option>
      <option value="light">{t('common.themeLight')}</option>
      <option value="dark">{t('common.themeDark')}</option>
    </select>
  )
}
