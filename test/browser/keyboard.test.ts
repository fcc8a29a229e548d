import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { COMPARED_JOBS_MAX, JOBS_PAGE } from '../../src/dashboard/platform/limits.ts'
import { descriptionOf, heading, seen, signInAt, signInDialog } from './actions.ts'
import { tabThrough } from './keyboard.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService, type Visitor } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '1' } })
const signedOut = [/status of 401/]
let idOf: (name: string) => string
beforeAll(async () => {
  const jobs = await at.service.jobs()
  idOf = (name) => jobs.find((job) => job.name === name)?.id ?? ''
})

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim())
/** The main heading, if it has the focus: a link of the navigation can have the same name. */
const focusedHeading = (page: Page) =>
  page.evaluate(() => (document.activeElement?.localName === 'h1' ? document.activeElement.textContent : null))
const signIn = async (path: string): Promise<Visitor> => {
  const visitor = await at.visit({ expects: signedOut })
  await signInAt(visitor.page, path, at.service.admin)
  return visitor
}

describe('everything on a page is reachable by Tab, with a visible focus', () => {
  test.each([
    ['overview', () => '/', past.bayern],
    ['jobs', () => '/jobs', past.bayern],
    ['create-job', () => '/jobs/new', t('createJob.takes', { time: '' })],
    ['job', () => `/jobs/${idOf(past.bayern)}`, t('common.chartTable')],
    ['compare', () => `/compare?job=${idOf(past.bayern)}&job=${idOf(past.nord)}`, t('parallel.hint')],
    ['models', () => '/models', past.klausur],
    ['dataset', () => '/dataset', 'Werk 1 aus BB'],
    ['runners', () => '/runners', t('connect.createFirst')],
    ['ocr', () => '/ocr', t('ocr.start')],
  ])('%s', async (_, path, sign) => {
    const { page } = await signIn(path())
    await seen(page.getByRole('main').getByRole('heading').first())
    // Signing in has left the focus on the heading.
    await page.reload()
    // What is mounted when it comes into view, Tab would reach while it is loaded.
    const isThere = page.getByRole('main').getByText(sign).first()
    await expect
      .poll(async () => {
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
        return isThere.isVisible()
      })
      .toBe(true)
    const { stops, missed } = await tabThrough(page)
    expect(missed).toEqual([])
    expect(stops.filter(({ isMarked, isVisible }) => !isMarked || !isVisible)).toEqual([])
    expect(stops.length).toBeGreaterThan(10)
  })
})

test('the first stop of a page skips to its content', async () => {
  const { page } = await signIn('/models')
  await seen(heading(page, t('models.title')))
  await page.reload()
  await seen(heading(page, t('models.title')))
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: t('common.skip') })
  await expect.poll(() => skip.evaluate((link) => link === document.activeElement)).toBe(true)
  await expect.poll(() => skip.boundingBox()).toMatchObject({ y: expect.any(Number) })
  const box = await skip.boundingBox()
  expect(Math.min(box?.x ?? -1, box?.y ?? -1)).toBeGreaterThanOrEqual(0)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.activeElement?.localName)).toBe('main')
  await page.keyboard.press('Tab')
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
})

test('after a navigation the focus is on the heading, and going back works', async () => {
  const { page } = await signIn('/')
  await seen(heading(page, t('overview.title')))
  const go = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).press('Enter')
  for (const [link, title] of [
    [t('common.jobs'), t('jobs.title')],
    [t('common.models'), t('models.title')],
    [t('common.ocr'), t('ocr.title')],
  ] as const) {
    await go(link)
    await expect.poll(() => focusedHeading(page)).toBe(title)
  }
  await page.goBack()
  await expect.poll(() => focusedHeading(page)).toBe(t('models.title'))
})

test('a dialog traps the focus while it is open, and restores it', async () => {
  const { page } = await signIn(`/jobs/${idOf(past.bayern)}`)
  const opener = page.getByRole('main').getByRole('button', { name: t('job.delete') })
  await opener.press('Enter')
  const dialog = page.getByRole('dialog', { name: t('job.deleteTitle', { name: past.bayern }) })
  await seen(dialog)
  for (let pressed = 0; pressed < 6; pressed++) {
    await page.keyboard.press('Tab')
    const inside = await page.evaluate(() => {
      const { activeElement } = document
      // Between the last control and the first, Tab reaches the browser's own, which the page cannot see.
      return activeElement === document.body || activeElement?.closest('dialog') !== null
    })
    expect(inside).toBe(true)
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true)
  expect((await at.service.jobs()).some(({ name }) => name === past.bayern)).toBe(true)
})

test('the sign-in dialog can be dismissed, and the page shows how to open it again', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await page.goto('/models')
  await seen(signInDialog(page))
  await page.keyboard.press('Escape')
  await signInDialog(page).waitFor({ state: 'hidden' })
  await seen(page.getByRole('main').getByText(t('session.needed')).first())
  await page
    .getByRole('main')
    .getByRole('button', { name: t('session.signIn') })
    .first()
    .press('Enter')
  await seen(signInDialog(page))
})

test('the values under a curve can be read by arrow keys', async () => {
  const { page } = await signIn(`/jobs/${idOf(past.bayern)}`)
  const curve = page.getByRole('slider', { name: t('job.losses') })
  await seen(page.getByRole('figure', { name: t('job.losses') }).locator('canvas'))
  await curve.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => curve.getAttribute('aria-valuetext')).toMatch(new RegExp(`^${t('common.step')} 5\\d, `))
  const before = Number(await curve.getAttribute('aria-valuenow'))
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => Number(await curve.getAttribute('aria-valuenow'))).toBeGreaterThan(before + 5)
})

test('on a small screen, the focused element is not covered by the header or the selection bar', async () => {
  const visitor = await at.visit({ expects: signedOut, viewport: { width: 360, height: 640 } })
  const { page } = visitor
  await signInAt(page, `/jobs?job=${idOf(past.bayern)}&job=${idOf(past.nord)}`, at.service.admin)
  await seen(page.getByRole('region', { name: t('jobs.chosenTitle') }))
  await seen(page.getByRole('main').getByRole('link', { name: past.cancelled, exact: true }))
  for (const key of ['Tab', 'Shift+Tab'] as const) {
    const { stops } = await tabThrough(page, key)
    expect(stops.length).toBeGreaterThan(20)
    expect(stops.filter(({ isVisible }) => !isVisible)).toEqual([])
  }
})

describe('on a narrow screen', () => {
  const narrow = async (path: string): Promise<Page> => {
    const { page } = await signIn(path)
    await page.setViewportSize({ width: 360, height: 740 })
    return page
  }
  const menu = (page: Page) => page.getByRole('button', { name: t('common.menu') })
  const isOpen = (page: Page) => menu(page).getAttribute('aria-expanded')

  test('Escape closes the menu and returns the focus to its button', async () => {
    const page = await narrow('/ocr')
    await menu(page).press('Enter')
    await page.keyboard.press('Tab')
    await expect.poll(() => focused(page)).toBe(t('common.overview'))
    await page.keyboard.press('Escape')
    await expect.poll(() => isOpen(page)).toBe('false')
    await expect.poll(() => focused(page)).toBe(t('common.menu'))
  })

  test('the menu closes when the focus leaves it', async () => {
    const page = await narrow('/ocr')
    await menu(page).press('Enter')
    await page.getByLabel(t('common.theme')).focus()
    await expect.poll(() => isOpen(page)).toBe('true')
    await page.keyboard.press('Tab')
    await expect.poll(() => isOpen(page)).toBe('false')
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
  })
})

describe('the focus is not lost when its element disappears', () => {
  const pager = (page: Page, name: string) =>
    page.getByRole('navigation', { name: t('common.pages') }).getByRole('button', { name })

  test('on the last page of the documents it stays in the pagination', async () => {
    const { page } = await signIn('/dataset')
    await pager(page, t('common.older')).press('Enter')
    await pager(page, t('common.older')).waitFor({ state: 'hidden' })
    await expect.poll(() => focused(page)).toBe(t('common.previous'))
    await page.keyboard.press('Enter')
    await seen(page.getByText('Werk 1 aus BB'))
    await expect.poll(() => focused(page)).toBe(t('common.older'))
  })

  test('on the last page of the jobs it stays in the pagination, and going back follows the pages', async () => {
    const { page } = await signIn('/jobs')
    const count = 2 * JOBS_PAGE + 1 - (await at.service.jobs()).length
    await Promise.all(Array.from({ length: count }, (_, n) => at.service.create({ name: `Nr. ${n}`, epochs: 100 })))
    await page.reload()
    await seen(pager(page, t('common.older')))
    const names = () => page.getByRole('rowheader').allInnerTexts()
    const first = await names()
    await pager(page, t('common.older')).press('Enter')
    await expect.poll(names).not.toEqual(first)
    const second = await names()
    expect(second).toHaveLength(JOBS_PAGE)
    await pager(page, t('common.older')).press('Enter')
    await expect.poll(async () => (await names()).length).toBe(1)
    await expect.poll(() => focused(page)).toBe(t('common.previous'))
    await page.keyboard.press('Enter')
    await expect.poll(names).toEqual(second)
  })

  test('after the last job that can be compared it stays in the field, which says that the maximum is reached', async () => {
    const others: string[] = []
    onTestFinished(async () => {
      for (const id of others) await at.service.remove(id)
    })
    for (let n = 0; n < COMPARED_JOBS_MAX - 5; n++) {
      const id = await at.service.create({ name: `Weiterer ${n}` })
      await at.service.command(id, 'cancel')
      others.push(id)
    }
    const ids = [...[past.bayern, past.nord, past.klausur, past.failed].map(idOf), ...others]
    const { page } = await signIn(`/compare?${new URLSearchParams(ids.map((id) => ['job', id]))}`)
    const field = page.getByRole('combobox', { name: t('compare.add') })
    await field.fill(past.cancelled)
    await seen(page.getByRole('option', { name: past.cancelled }))
    await page.keyboard.press('Enter')
    await seen(
      page.getByRole('heading', { name: t('compare.chosen', { count: COMPARED_JOBS_MAX, max: COMPARED_JOBS_MAX }) }),
    )
    await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true)
    await expect.poll(() => field.getAttribute('aria-disabled')).toBe('true')
    await expect.poll(() => descriptionOf(field)).toBe(t('compare.full', { max: COMPARED_JOBS_MAX }))
    await page.keyboard.type('noch eins')
    await expect.poll(() => field.inputValue()).toBe('')
  })
})
