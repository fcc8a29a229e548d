import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { enterToken, heading, seen, signInAt } from './actions.ts'
import { Runner } from './speaking-runner.ts'
import { like, t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '3' } })
const expected = [/status of 401/, /net::ERR_/]
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name })
const iconOf = (page: Page) => page.locator('link[rel="icon"]').getAttribute('href')

/** Notes what the page asks of the browser and what it notifies of, and has it look every 300 ms instead of every 30 s. */
function note(): void {
  const noted = { asked: 0, shown: [] as string[] }
  Reflect.set(globalThis, 'noted', noted)
  const Real = Notification
  class Noting extends Real {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options)
      noted.shown.push(`${title}: ${options?.body}`)
    }
    static override requestPermission(): Promise<NotificationPermission> {
      noted.asked++
      return Real.requestPermission()
    }
  }
  Reflect.set(globalThis, 'Notification', Noting)
  const later = globalThis.setTimeout
  const soon = (handler: TimerHandler, ms = 0, ...args: unknown[]) => later(handler, ms === 30_000 ? 300 : ms, ...args)
  Object.assign(globalThis, { setTimeout: soon })
}

const noted = (page: Page) =>
  page.evaluate(() => Reflect.get(globalThis, 'noted') as { asked: number; shown: string[] })

test('who asked for it is notified of a silence and of the end, once each and on any page, and the icon shows the status', async () => {
  const { token } = await at.service.token('runner')
  const name = 'Nachts'
  const id = await at.service.create({ name, trainer: 'runner' })
  const { context, page } = await at.visit({ expects: expected, before: note })
  await context.grantPermissions(['notifications'], { origin: at.service.origin })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  const runner = new Runner(at.service, token, 'gpu-1')
  await runner.begin()
  await seen(button(page, t('notify.on')))
  expect(await noted(page)).toEqual({ asked: 0, shown: [] })
  await expect.poll(() => iconOf(page)).toContain('data:image/svg+xml,')
  const preparing = await iconOf(page)
  await runner.steps(0, 1)
  await expect.poll(() => iconOf(page)).not.toBe(preparing)
  await button(page, t('notify.on')).click()
  await seen(page.getByText(t('notify.done', { name })))
  await seen(button(page, t('notify.off')))

  const training = await iconOf(page)
  await at.service.age(id, 120_000, true)
  await expect
    .poll(async () => (await noted(page)).shown)
    .toEqual([expect.stringMatching(like('notify.silent')) as unknown as string])
  await expect.poll(() => iconOf(page)).not.toBe(training)
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.models') })
    .click()
  await seen(heading(page, t('models.title')))
  expect(await iconOf(page)).toBe('/icon.svg')
  await runner.finish('completed')
  await expect.poll(async () => (await noted(page)).shown.slice(1)).toEqual([`${name}: ${t('common.completed')}`])
  expect(await page.evaluate(() => localStorage.getItem('watched-jobs'))).toBeNull()
})

test('after a reload a job is still watched, by another person it is not, and nobody is notified who wants it no more', async () => {
  const id = await at.service.create({ name: 'Bleibt im Blick', epochs: 100 })
  const { context, page } = await at.visit({ expects: expected, before: note })
  await context.grantPermissions(['notifications'], { origin: at.service.origin })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await button(page, t('notify.on')).click()
  await seen(button(page, t('notify.off')))
  await page.reload()
  await seen(button(page, t('notify.off')))
  await page.getByRole('button', { name: t('session.signOut') }).click()
  await enterToken(page, await at.service.token('viewer'))
  await seen(button(page, t('notify.on')))
  await at.service.command(id, 'cancel')
  await seen(page.getByRole('main').getByText(t('common.cancelled'), { exact: true }).first())
  expect(await noted(page)).toMatchObject({ asked: 0, shown: [] })
})

test('where the browser blocks notifications, the button says so', async () => {
  const id = await at.service.create({ name: 'Still', epochs: 100 })
  const { page } = await at.visit({ expects: expected, before: block })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await seen(button(page, t('notify.on')))
  expect(await button(page, t('notify.on')).getAttribute('title')).toBe(t('notify.blocked'))
  await at.service.command(id, 'cancel')
})

function block(): void {
  Object.defineProperty(Notification, 'permission', { get: () => 'denied' })
}
