import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { descriptionOf, enterToken, heading, pointsOf, seen, signInAt, signInDialog } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '5', MAX_ACTIVE_JOBS: '2' } })
const signedOut = [/status of 401/]
const name = 'Was einmal getippt war'

/** Fills in the form for a new job. */
async function fillIn(page: Page): Promise<void> {
  await page.getByLabel(t('createJob.name'), { exact: true }).fill(name)
  await page.getByLabel(t('job.epochs')).fill('3')
  await page.getByRole('checkbox', { name: 'Saarland' }).check()
}

/** Holds back the page's reads, since stopping its clock fires its timers. @returns a function that releases them */
async function holdReads(page: Page): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/*', async (route) => {
    if (route.request().method() === 'GET') await released
    await route.fallback()
  })
  return release
}

test('if the session ends while a form is filled in, no input is lost, and the form is sent once', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await page.clock.install()
  const [ending, next] = await Promise.all([
    at.service.token('operator', 'ends'),
    at.service.token('operator', 'follows'),
  ])
  await signInAt(page, '/jobs/new', ending)
  await fillIn(page)
  // With its clock stopped and its reads held back, only the form can tell the page that the session has ended.
  const release = await holdReads(page)
  await page.clock.pauseAt(Date.now() + 60_000)
  await at.service.revoke(ending)
  await page.getByRole('button', { name: t('createJob.submit') }).click()
  await page.clock.resume()

  await seen(signInDialog(page).getByText(t('session.again')))
  release()
  await expect.poll(() => page.getByLabel(t('createJob.name'), { exact: true }).inputValue()).toBe(name)
  await expect.poll(() => page.getByLabel(t('job.epochs')).inputValue()).toBe('3')
  await expect.poll(() => page.getByRole('checkbox', { name: 'Saarland', includeHidden: true }).isChecked()).toBe(true)

  await enterToken(page, next)
  await seen(heading(page, name))
  const created = (await at.service.jobs()).filter((job) => job.name === name)
  expect(created).toMatchObject([{ config: { epochs: 3, bundeslaender: ['SL'] } }])
  for (const { id } of created) await at.service.command(id, 'cancel')
})

test('if the session ends while a page is only viewed, a banner says so', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const token = await at.service.token('viewer', 'looks')
  await signInAt(page, '/models', token)
  await seen(page.getByRole('link', { name: past.klausur }))
  await at.service.revoke(token)
  // Dispatched: a click would wait forever if a poll has opened the dialog before.
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.jobs') })
    .dispatchEvent('click')
  await seen(signInDialog(page).getByText(t('session.again')))
  await enterToken(page, at.service.admin)
  await seen(page.getByRole('main').getByRole('link', { name: past.klausur, exact: true }))
})

/** A tab that sends nothing to other tabs, as in a browser without that feature. */
const withoutChannel = () => void Reflect.deleteProperty(globalThis, 'BroadcastChannel')

test('signing in again in one tab signs in all tabs', async () => {
  const { context, page } = await at.visit({ expects: signedOut })
  const token = await at.service.token('viewer', 'twice')
  await signInAt(page, '/', token)
  const other = await context.newPage()
  await other.goto('/')
  for (const tab of [page, other]) await seen(tab.getByRole('list', { name: t('overview.byBundesland') }))
  await at.service.revoke(token)
  for (const tab of [page, other]) await seen(signInDialog(tab))
  // Once dismissed, the dialog does not open by itself again.
  await other.keyboard.press('Escape')
  await signInDialog(other).waitFor({ state: 'hidden' })
  await seen(other.getByRole('banner').getByText(t('common.stale', { reason: t('problem.signed-out') })))
  await enterToken(page, at.service.admin)
  for (const tab of [page, other]) await seen(tab.getByRole('banner').getByText(t('session.admin'), { exact: true }))
  await other
    .getByRole('banner')
    .getByText(t('common.stale', { reason: t('problem.signed-out') }))
    .waitFor({ state: 'hidden' })
})

test('signing out in one tab clears the others', async () => {
  const { context, page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/models', at.service.admin)
  const other = await context.newPage()
  await other.goto('/jobs/new')
  await fillIn(other)
  await page
    .getByRole('banner')
    .getByRole('button', { name: t('session.signOut') })
    .click()
  await seen(signInDialog(other))
  await expect.poll(() => other.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(name)
  await seen(other.getByText(t('session.needed')))
  await expect.poll(() => other.getByLabel(t('createJob.name'), { exact: true }).count()).toBe(0)
})

test('a tab that missed the sign-in notices it when it is visible again', async () => {
  const { context, page } = await at.visit({ expects: signedOut, before: withoutChannel })
  await page.goto('/models')
  await seen(signInDialog(page))
  await signInAt(await context.newPage(), '/models', at.service.admin)
  await page.bringToFront()
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await signInDialog(page).waitFor({ state: 'hidden' })
  await seen(page.getByRole('link', { name: past.klausur }))
})

test('when a Cloudflare Access session ends, the page is reloaded once, and then asks to sign in', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  const admitted = { kind: 'access', name: 'anna@example.org', role: 'viewer', expires_at: null }
  await page.route('**/session', (route) => route.fulfill({ json: admitted }))
  await page.goto('/models')
  await seen(page.getByText(admitted.name))
  await seen(page.getByRole('link', { name: past.klausur, exact: true }))
  const loaded = page.waitForEvent('load')
  let marked = 0
  await page.route('**/api/v1/**', async (route) => {
    // Like Access: redirects to another site, which scripts cannot follow.
    const isMarked = (await route.request().headerValue('X-Requested-With')) === 'XMLHttpRequest'
    if (isMarked) marked++
    return isMarked ? route.fulfill({ status: 401 }) : route.abort()
  })
  // Dispatched, since a click would wait for ever behind the dialog if a poll noticed before it.
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.jobs') })
    .dispatchEvent('click')
  await loaded
  await seen(signInDialog(page).getByText(t('session.again')))
  expect(marked).toBeGreaterThan(1)
  let loads = 0
  page.on('load', () => loads++)
  await page.unroute('**/api/v1/**')
  await enterToken(page, at.service.admin)
  await seen(page.getByRole('link', { name: past.klausur, exact: true }))
  expect(loads).toBe(0)
})

test('signing out deletes the draft of a form', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/jobs/new', at.service.admin)
  await fillIn(page)
  await page
    .getByRole('banner')
    .getByRole('button', { name: t('session.signOut') })
    .click()
  await seen(signInDialog(page))
  await expect
    .poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })))
    .not.toContain(name)
})

test('signing out ends the stream of the watched job', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const id = await at.service.create({ name: 'Geht weiter', epochs: 100 })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await expect.poll(() => pointsOf(page.getByRole('figure', { name: t('job.losses') }))).toBeGreaterThan(1)
  await page
    .getByRole('banner')
    .getByRole('button', { name: t('session.signOut') })
    .click()
  await expect.poll(() => at.service.front.streams).toEqual([])
  await at.service.command(id, 'cancel')
})

/** A disabled control, and the reason that it gives. */
async function expectWithheld(control: Locator, role: 'operator' | 'admin'): Promise<void> {
  await seen(control)
  await expect.poll(() => control.getAttribute('aria-disabled')).toBe('true')
  await expect.poll(() => descriptionOf(control)).toBe(t('common.needsRole', { role: t(`session.${role}`) }))
  await control.click({ force: true })
}

test('a viewer sees everything and can control nothing', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const id = await at.service.create({ name: 'Läuft', epochs: 100 })
  await signInAt(page, '/', await at.service.token('viewer'))
  await seen(page.getByRole('banner').getByText(t('session.viewer'), { exact: true }))
  const button = (name: string) => page.getByRole('main').getByRole('button', { name })
  const before = at.service.front.passed.length

  await seen(page.getByRole('article').getByRole('heading', { name: 'Läuft' }))
  await expectWithheld(button(t('jobs.create')), 'operator')

  await page.goto('/jobs')
  const actionOn = (action: 'pause' | 'cancel' | 'delete', name: string) =>
    button(t('jobs.actionOn', { action: t(`jobs.${action}`), name }))
  await expectWithheld(actionOn('pause', 'Läuft'), 'operator')
  await expectWithheld(actionOn('cancel', 'Läuft'), 'operator')
  await expectWithheld(actionOn('delete', past.bayern), 'admin')

  await page.goto(`/jobs/${id}`)
  await expect.poll(() => pointsOf(page.getByRole('figure', { name: t('job.losses') }))).toBeGreaterThan(1)
  await expectWithheld(button(t('job.pause')), 'operator')
  await expectWithheld(button(t('job.cancel')), 'operator')

  await page.goto('/jobs/new')
  await fillIn(page)
  await expectWithheld(button(t('createJob.submit')), 'operator')

  await page.goto('/models')
  const old = { type: t('common.zeugnis'), version: 'v1.0' }
  await expectWithheld(button(t('models.activateLabel', old)), 'admin')
  await expectWithheld(button(t('models.deleteLabel', old)), 'admin')

  await page.goto('/dataset')
  await expectWithheld(button(t('dataset.upload')), 'operator')
  await expectWithheld(button(t('dataset.deleteOne', { title: 'Werk 1 aus BB' })), 'operator')

  await page.goto('/ocr')
  await expectWithheld(button(t('ocr.start')), 'operator')

  const writes = at.service.front.passed.slice(before).filter(({ method }) => method !== 'GET')
  expect(writes).toEqual([])
  expect(at.service.front.passed.filter(({ path }) => path.includes('/ocr/stream'))).toEqual([])
  await at.service.command(id, 'cancel')
})

test('an operator can control jobs, but not models', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const id = await at.service.create({ name: 'Zu steuern', epochs: 100 })
  await at.service.untilStatus(id, 'training')
  await signInAt(page, '/models', await at.service.token('operator'))
  const old = { type: t('common.zeugnis'), version: 'v1.0' }
  await expectWithheld(page.getByRole('button', { name: t('models.activateLabel', old) }), 'admin')
  await page.goto(`/jobs/${id}`)
  await page.getByRole('button', { name: t('job.pause') }).click()
  await at.service.untilStatus(id, 'paused')
  await expectWithheld(page.getByRole('button', { name: t('job.delete') }), 'admin')
  await at.service.command(id, 'cancel')
})
