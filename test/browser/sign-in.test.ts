import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SESSION_ENDING_MS, SESSION_LOOK_MS } from '../../src/dashboard/platform/limits.ts'
import { descriptionOf, enterToken, heading, seen, signInAt, signInDialog } from './deeds.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '1' } })
const signedOut = [/status of 401/]

const banner = (page: Page) => page.getByRole('banner')
const main = (page: Page) => page.getByRole('main')
const hasFocus = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).evaluate((field) => field === document.activeElement)

test('who has dismissed the sign-in is told at each button what it takes, and signs in from the header', async () => {
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
  expect(await start.getAttribute('aria-disabled')).toBe('true')
  expect(await descriptionOf(start)).toBe(t('common.needsSignIn'))
  await banner(page)
    .getByRole('button', { name: t('session.signIn') })
    .click()
  await enterToken(page, at.service.admin)
  expect(await start.getAttribute('aria-disabled')).toBe('false')
  expect(
    await banner(page)
      .getByRole('button', { name: t('session.signIn') })
      .count(),
  ).toBe(0)
})

test('until the service has said who is there, a button does not say that a role falls short', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  await seen(heading(page, t('ocr.title')))
  const release = at.service.front.hold(/^GET \/session$/)
  await page.reload()
  const start = main(page).getByRole('button', { name: t('ocr.start') })
  await seen(start)
  expect(await descriptionOf(start)).toBe(t('common.needsCheck'))
  expect(await main(page).getByText(t('common.needsCheck')).filter({ visible: true }).count()).toBe(1)
  release()
  await expect.poll(() => start.getAttribute('aria-disabled')).toBe('false')
})

test('who was let in by Cloudflare Access is signed out of that', async () => {
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
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})

test('a sign-in that is refused leads to its field, which says why', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await page.goto('/')
  const field = signInDialog(page).getByLabel(t('session.token'))
  const send = signInDialog(page).getByRole('button', { name: t('session.signIn') })
  for (const [token, why] of [
    ['', t('session.emptyToken')],
    ['', t('session.emptyToken')],
    ['st_of_nobody', t('session.unknownToken')],
  ] as const) {
    await field.fill(token)
    await send.click()
    await expect.poll(() => descriptionOf(field)).toBe(why)
    await expect.poll(() => hasFocus(page, t('session.token'))).toBe(true)
  }
  // It is read out as well to who has the focus there already.
  expect(await field.evaluate((input) => input.closest('[aria-live="polite"]') !== null)).toBe(true)
})

test('a session that is about to end is told of in time, and begun anew without losing anything', async () => {
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
  expect(await strip.count()).toBe(0)
  await page.clock.fastForward(3 * SESSION_LOOK_MS)
  await seen(strip)
  const anew = banner(page).getByRole('button', { name: t('session.signInAgain') })
  await anew.click()
  await seen(signInDialog(page))
  await page.keyboard.press('Escape')
  await signInDialog(page).waitFor({ state: 'hidden' })
  await seen(banner(page).getByRole('button', { name: t('session.signOut') }))

  // The service's clock has stood still: a session that is begun now lasts no longer than the one before.
  await page.route('**/session', async (route) => {
    const response = await route.fetch()
    const json = { ...((await response.json()) as object), expires_at: new Date(endsMs + leftMs).toISOString() }
    await route.fulfill({ response, json })
  })
  await anew.click()
  await enterToken(page, at.service.admin)
  await strip.waitFor({ state: 'hidden' })
  expect(await page.getByLabel(t('createJob.name'), { exact: true }).inputValue()).toBe('Noch nicht gesendet')
})
