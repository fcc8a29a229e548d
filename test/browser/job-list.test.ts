import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { COMPARED_JOBS_MAX } from '../../src/dashboard/platform/limits.ts'
import { seen, signInAt } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn' })
const signedOut = [/status of 401/]
const newestFirst = [past.cancelled, past.failed, past.klausur, past.nord, past.bayern]
const byName = [past.klausur, past.cancelled, past.failed, past.bayern, past.nord]

async function open(path: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const { page } = await at.visit({ expects: signedOut, viewport })
  await signInAt(page, path, at.service.admin)
  return page
}

const names = (page: Page) => page.locator('.jobs-table .job-name > a').allInnerTexts()
const heading = (page: Page, name: string) => page.getByRole('columnheader', { name })
const searchField = (page: Page) => page.getByRole('searchbox', { name: t('jobs.search') })

describe('the list of jobs', () => {
  test('is sorted by its headings, with the keyboard too, and the address says how', async () => {
    const page = await open('/jobs')
    await expect.poll(() => names(page)).toEqual(newestFirst)
    await expect.poll(() => heading(page, t('jobs.created')).getAttribute('aria-sort')).toBe('descending')
    await expect.poll(() => heading(page, t('jobs.name')).getAttribute('aria-sort')).toBe('none')
    await expect.poll(() => heading(page, t('jobs.progress')).getAttribute('aria-sort')).toBe(null)
    await heading(page, t('jobs.name')).getByRole('button').press('Enter')
    await expect.poll(() => names(page)).toEqual(byName)
    await expect.poll(() => heading(page, t('jobs.name')).getAttribute('aria-sort')).toBe('ascending')
    expect(new URL(page.url()).search).toBe('?sort=name')
    await page.keyboard.press('Enter')
    await expect.poll(() => names(page)).toEqual(byName.toReversed())
    await page.reload()
    await expect.poll(() => names(page)).toEqual(byName.toReversed())
    await heading(page, t('jobs.created')).getByRole('button').click()
    await expect.poll(() => names(page)).toEqual(newestFirst)
    await heading(page, t('jobs.created')).getByRole('button').click()
    await expect.poll(() => names(page)).toEqual(newestFirst.toReversed())
  })

  test('is searched while somebody types, by names without their umlauts and by ids', async () => {
    const page = await open('/jobs')
    await searchField(page).fill('ZEUGNISSE aller la')
    await expect.poll(() => names(page)).toEqual([past.failed])
    expect(new URL(page.url()).searchParams.get('q')).toBe('ZEUGNISSE aller la')
    const { id } = (await at.service.jobs()).find(({ name }) => name === past.nord) ?? { id: '' }
    await searchField(page).fill(id.slice(0, 8))
    await expect.poll(() => names(page)).toEqual([past.nord])
    await searchField(page).fill('Klausur')
    await page.getByLabel(t('common.cancelled'), { exact: true }).check()
    await expect.poll(() => names(page)).toEqual([past.cancelled])
    await searchField(page).fill('gibt es nicht')
    await seen(page.getByText(t('jobs.noneMatch')))
    await page
      .getByRole('main')
      .getByRole('button', { name: t('jobs.resetFilter') })
      .first()
      .click()
    await expect.poll(() => names(page)).toEqual(newestFirst)
    await expect.poll(() => searchField(page).inputValue()).toBe('')
  })

  test('the buttons for chosen jobs stand in one line beside many names', async () => {
    const chosen = (await at.service.jobs()).map(({ id }) => ['job', id])
    const page = await open(`/jobs?${new URLSearchParams(chosen)}`)
    const bar = page.getByRole('region', { name: t('jobs.chosenTitle') })
    await seen(bar.getByRole('button', { name: t('jobs.compare') }))
    await expect
      .poll(() =>
        bar
          .locator('.compare-commands > .button')
          .evaluateAll((buttons) => new Set(buttons.map((button) => button.getBoundingClientRect().top)).size),
      )
      .toBe(1)
  })

  test.each(['tag', 'q'])('a link whose %s is too long leads to no jobs, and out of it', async (name) => {
    const { page } = await at.visit({ expects: [...signedOut, /status of 422/] })
    await signInAt(page, `/jobs?${name}=${'x'.repeat(300)}`, at.service.admin)
    await seen(page.getByText(t('jobs.filterInvalid')))
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    expect(scrollWidth).toBe(clientWidth)
    await page
      .getByRole('main')
      .getByRole('button', { name: t('jobs.resetFilter') })
      .first()
      .click()
    await expect.poll(() => names(page)).toEqual(newestFirst)
  })

  test('is searched by the service for a job to compare too, so that the oldest is found', async () => {
    const page = await open('/compare')
    const field = page.getByRole('combobox', { name: t('compare.add') })
    const options = () => page.getByRole('option').locator('.option-name').allInnerTexts()
    await field.click()
    await expect.poll(async () => (await options()).length).toBe(5)
    const asked = () => at.service.front.count('GET', /\/jobs\?.*q=ZEUGNISSE(\+|%20)aller/)
    const before = asked()
    await field.fill('ZEUGNISSE aller la')
    await expect.poll(async () => (await options()).map((option) => option.split('\n')[0])).toEqual([past.failed])
    await expect.poll(asked).toBe(before + 1)
    const { id } = (await at.service.jobs()).find(({ name }) => name === past.nord) ?? { id: '' }
    await field.fill(id)
    await expect.poll(async () => (await options()).map((option) => option.split('\n')[0])).toEqual([past.nord])
    await field.press('Enter')
    await seen(page.getByRole('heading', { name: t('compare.chosen', { count: 1, max: COMPARED_JOBS_MAX }) }))
    await field.fill('gibt es nicht')
    await seen(page.getByText(t('compare.nothingFound')))
  })

  test('on a phone is sorted by a list of the same orders', async () => {
    const page = await open('/jobs?q=zeugnis', { width: 360, height: 740 })
    await expect.poll(() => names(page)).toEqual([past.failed, past.nord, past.bayern])
    await page.getByLabel(t('jobs.order')).selectOption(t('jobs.orderName'))
    await expect.poll(() => names(page)).toEqual([past.failed, past.bayern, past.nord])
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    expect(scrollWidth).toBe(clientWidth)
  })
})
