import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SESSION_ENDING_MS, SESSION_LOOK_MS } from '../../src/dashboard/platform/limits.ts'
import { descriptionOf, enterToken, heading, seen, signInAt, signInDialog } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '1' } })
const signedOut = [/status of 401/]

const banner = (page: Page) => page.getByRole('banner')
const main = (page: Page) => page.getByRole('main')
const hasFocus = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).evaluate((field) => field === document.activeElement)

test('after the sign-in is dismissed, each button says that it requires it, and the header offers it', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const token = await at.service.token('operator', 'dismisses')
  await signInAt(page, '/ocr', token)
  await seen(heading(page, t('ocr.title')))
  await at.service.revoke(token)
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.models') })
    .click()
  await seen(signInDialog(page))
  await page.keyboard.press('Escape')
  await signInDialog(page).waitFor({ state: 'hidden' })
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.ocr') })
    .click()

  const start = main(page).getByRole('button', { name: t('ocr.start') })
  await expect.poll(() => start.getAttribute('aria-disabled')).toBe('true')
  await expect.poll(() => descriptionOf(start)).toBe(t('common.needsSignIn'))
  await banner(page)
    .getByRole('button', { name: t('session.signIn') })
    .first()
    .click()
  await enterToken(page, at.service.admin)
  await expect.poll(() => start.getAttribute('aria-disabled')).toBe('false')
  const offers = banner(page).getByRole('button', { name: t('session.signIn') })
  await expect.poll(() => offers.count()).toBe(0)
})

test('until the session is known, no button claims that the role is insufficient', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  await seen(heading(page, t('ocr.title')))
  const release = at.service.front.hold(/^GET \/session$/)
  await page.reload()
  const start = main(page).getByRole('button', { name: t('ocr.start') })
  await seen(start)
  await expect.poll(() => descriptionOf(start)).toBe(t('common.needsCheck'))
  await expect.poll(() => main(page).getByText(t('common.needsCheck')).filter({ visible: true }).count()).toBe(1)
  release()
  await expect.poll(() => start.getAttribute('aria-disabled')).toBe('false')
})

test('signing out of a Cloudflare Access session signs out of Access', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  await seen(heading(page, t('ocr.title')))
  const session = { kind: 'access', name: 'w.a@example.org', role: 'admin', expires_at: null }
  await page.route('**/session', (route) => route.fulfill({ json: session }))
  await page.route('**/cdn-cgi/access/logout', (route) => route.fulfill({ body: 'Abgemeldet' }))
  await page.reload()
  await banner(page)
    .getByRole('button', { name: t('session.signOut') })
    .click()
  await page.waitForURL('**/cdn-cgi/access/logout')
  await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0)
})

test('a rejected sign-in focuses its field, which gives the reason', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 403/] })
  await page.goto('/')
  const field = signInDialog(page).getByLabel(t('session.token'))
  const send = signInDialog(page).getByRole('button', { name: t('session.signIn') })
  const runner = await at.service.token('runner', 'signs in')
  for (const [token, why] of [
    ['', t('session.emptyToken')],
    ['', t('session.emptyToken')],
    ['st_of_nobody', t('session.unknownToken')],
    [runner.token, t('problem.no-session')],
  ] as const) {
    await field.fill(token)
    await send.click()
    await expect.poll(() => descriptionOf(field)).toBe(why)
    await expect.poll(() => hasFocus(page, t('session.token'))).toBe(true)
  }
  // It is also announced if the field already has the focus.
  await expect.poll(() => field.evaluate((input) => input.closest('[aria-live="polite"]') !== null)).toBe(true)
})

test('a session that is about to end is announced in time, and can be renewed without losing input', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await page.clock.install()
  await signInAt(page, '/jobs/new', at.service.admin)
  await page.getByLabel(t('createJob.name'), { exact: true }).fill('Noch nicht gesendet')
  const endsMs = await page.evaluate(async () => {
    const { expires_at } = (await (await fetch('/session')).json()) as { expires_at: string }
    return Date.parse(expires_at)
  })
  const leftMs = endsMs - (await page.evaluate(() => Date.now()))
  const strip = banner(page).getByText(new RegExp(t('session.endsAt', { time: '\\d\\d:\\d\\d' })))

  await page.clock.fastForward(leftMs - SESSION_ENDING_MS - 2 * SESSION_LOOK_MS)
  await expect.poll(() => strip.count()).toBe(0)
  await page.clock.fastForward(3 * SESSION_LOOK_MS)
  await seen(strip)
  const signInAgain = banner(page).getByRole('button', { name: t('session.signInAgain') })
  await signInAgain.click()
  await seen(signInDialog(page))
  await page.keyboard.press('Escape')
  await signInDialog(page).waitFor({ state: 'hidden' })
  await seen(banner(page).getByRole('button', { name: t('session.signOut') }))

  // The service's clock has not moved: a new session ends no later than the previous one.
  await page.route('**/session', async (route) => {
    const response = await route.fetch()
    const json = { ...((await response.json()) as object), expires_at: new Date(endsMs + leftMs).toISOString() }
    await route.fulfill({ response, json })
  })
  await signInAgain.click()
  await enterToken(page, at.service.admin)
  await strip.waitFor({ state: 'hidden' })
  await expect
    .poll(() => page.getByLabel(t('createJob.name'), { exact: true }).inputValue())
    .toBe('Noch nicht gesendet')
})
