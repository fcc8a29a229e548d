import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { seen, signInAt } from './actions.ts'
import { axeFindings, overlappingTexts, stickingOut } from './inspect.ts'
import { Runner } from './speaking-runner.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

const title = (name: string, pick: 'latest' | 'best' | 'lowest' | 'highest') => t(`columns.${pick}Of`, { name })
const valLoss = title(t('columns.val_loss'), 'latest')

beforeAll(async () => {
  const { token } = await at.service.token('runner', 'columns')
  const cellar = new Runner(at.service, token, 'cellar')
  await cellar.beginNew({ name: 'Erster', params: { seed: '17', schedule: 'cosine' } })
  await cellar.points([0, 1, 2], (step) => ({ eval_loss: [0.5, 0.25, 0.375][step] ?? 0, 'system/gpu': 80 + step }))
  await cellar.finish('failed')
  const attic = new Runner(at.service, token, 'attic')
  await attic.beginNew({ name: 'Zweiter', params: { seed: '18' } })
  await attic.points([0, 1], (step) => ({ eval_loss: 1 - step / 4 }))
})

async function open(path: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const { page } = await at.visit({ expects: signedOut, viewport })
  await signInAt(page, path, at.service.admin)
  await seen(row(page, 'Erster'))
  return page
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) })
const headings = (page: Page) => page.locator('.jobs-table thead .job-column').allInnerTexts()
const cells = (page: Page, name: string) => row(page, name).locator('.job-column').allInnerTexts()
const dialog = (page: Page) => page.getByRole('dialog', { name: t('columns.title') })
const names = (page: Page) => page.locator('.jobs-table .job-name > a').allInnerTexts()

async function choose(page: Page, group: string, label: string): Promise<void> {
  await dialog(page).getByRole('group', { name: group }).getByLabel(label, { exact: true }).check()
}

describe('columns', () => {
  test('are chosen among settings, parameters and metrics, ordered with the keyboard, and kept for the next visit', async () => {
    const page = await open('/jobs')
    await expect.poll(() => headings(page)).toEqual([valLoss])
    await expect.poll(() => cells(page, 'Erster')).toEqual(['0,3750'])
    await page.getByRole('button', { name: t('columns.chooseCount', { count: 1 }) }).press('Enter')
    await seen(dialog(page))
    await dialog(page).getByLabel('seed', { exact: true }).check()
    await dialog(page).getByLabel(t('columns.find')).fill('GPU')
    await choose(page, 'system/gpu', t('columns.highest'))
    await dialog(page).getByLabel(t('columns.find')).fill('')
    await choose(page, 'eval_loss', t('columns.best'))
    await dialog(page).getByLabel(t('job.epochs'), { exact: true }).check()
    const up = dialog(page).getByRole('button', { name: t('columns.up', { name: 'seed' }) })
    await up.press('Enter')
    await expect.poll(() => up.getAttribute('aria-disabled')).toBe('true')
    await dialog(page)
      .getByRole('button', { name: t('columns.remove', { name: valLoss }) })
      .click()
    await page.keyboard.press('Escape')
    const expected = ['seed', title('system/gpu', 'highest'), title('eval_loss', 'best'), t('job.epochs')]
    await expect.poll(() => headings(page)).toEqual(expected)
    expect(await cells(page, 'Erster')).toEqual(['17', '82', '0,25', '1'])
    expect(await cells(page, 'Zweiter')).toEqual(['18', '–', '0,75', '1'])
    await page.reload()
    await expect.poll(() => headings(page)).toEqual(expected)
    await page.getByRole('button', { name: t('columns.chooseCount', { count: 4 }) }).click()
    await dialog(page)
      .getByRole('button', { name: t('columns.reset') })
      .click()
    await expect.poll(() => headings(page)).toEqual([valLoss])
  })

  test('and what is selected stay as they are when new jobs come', async () => {
    const page = await open('/jobs')
    await page.getByRole('button', { name: t('columns.chooseCount', { count: 1 }) }).click()
    await choose(page, 'eval_loss', t('columns.lowest'))
    await page.keyboard.press('Escape')
    const box = (name: string) => page.getByRole('checkbox', { name: t('jobs.choose', { name }) })
    await box('Erster').check()
    const expected = await headings(page)
    const id = await at.service.create({ name: 'Neuer' })
    await expect.poll(() => names(page), { timeout: 20_000 }).toEqual(['Neuer', 'Zweiter', 'Erster'])
    expect(await headings(page)).toEqual(expected)
    expect(await box('Erster').isChecked()).toBe(true)
    expect(await box('Neuer').isChecked()).toBe(false)
    await at.service.command(id, 'cancel')
    await at.service.remove(id)
  })

  test('are named beside each value where rows are cards', async () => {
    const page = await open('/jobs', { width: 360, height: 740 })
    const label = await row(page, 'Erster')
      .locator('.job-column')
      .evaluate((cell) => getComputedStyle(cell, '::before').content)
    expect(label).toContain(valLoss)
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    expect(scrollWidth).toBe(clientWidth)
  })
})

test.each([1440, 360])(
  'axe finds nothing in many columns and their choice at %d px, and nothing overlaps',
  async (width) => {
    const page = await open('/jobs', { width, height: 900 })
    const keys = ['setting:bundeslaender', 'setting:runner', 'param:schedule', 'highest:system/gpu', 'best:eval_loss']
    await page.evaluate((text) => localStorage.setItem('job-columns', text), JSON.stringify(keys))
    await page.reload()
    await expect.poll(async () => (await headings(page)).length).toBe(keys.length)
    await expect.poll(() => axeFindings(page)).toEqual([])
    await expect.poll(() => overlappingTexts(page)).toEqual([])
    await expect.poll(() => stickingOut(page)).toEqual([])
    await page.getByRole('button', { name: t('columns.chooseCount', { count: keys.length }) }).click()
    await seen(dialog(page))
    await expect.poll(() => axeFindings(page)).toEqual([])
    await expect.poll(() => overlappingTexts(page)).toEqual([])
  },
)

const runnerFilter = (page: Page) => page.getByRole('combobox', { name: t('jobList.runner'), exact: true })

describe('jobs are found', () => {
  test('by the runner that has them, from the list and from a row', async () => {
    const page = await open('/jobs')
    await runnerFilter(page).selectOption('cellar')
    await expect.poll(() => names(page)).toEqual(['Erster'])
    expect(new URL(page.url()).searchParams.get('runner')).toBe('cellar')
    await runnerFilter(page).selectOption('')
    await row(page, 'Zweiter').getByRole('link', { name: 'attic' }).click()
    await expect.poll(() => names(page)).toEqual(['Zweiter'])
  })

  test('by what trains them, any of several', async () => {
    const page = await open('/jobs')
    const trainedBy = page.getByRole('group', { name: t('columns.trainer') })
    await trainedBy.getByLabel(t('columns.trainerMlflow')).check()
    await seen(page.getByText(t('jobs.noneMatch')))
    await trainedBy.getByLabel(t('columns.trainerRunner')).check()
    await expect.poll(() => names(page)).toContain('Zweiter')
    expect(new URL(page.url()).searchParams.getAll('trainer')).toEqual(['mlflow', 'runner'])
  })

  test('while they wait, and the row says for what', async () => {
    const page = await open('/jobs')
    const id = await at.service.create({ name: 'Wartender', trainer: 'runner' })
    await page.getByLabel(t('jobList.waiting'), { exact: true }).check()
    await expect.poll(() => names(page)).toEqual(['Wartender'])
    await seen(row(page, 'Wartender').getByText(t('runner.is-waits')))
    await page.getByLabel(t('jobList.silent'), { exact: true }).check()
    expect(new URL(page.url()).searchParams.getAll('condition')).toEqual(['waiting', 'silent'])
    await at.service.command(id, 'cancel')
    await seen(page.getByText(t('jobs.noneMatch')))
  })
})
