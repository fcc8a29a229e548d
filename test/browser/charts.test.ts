import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pointsOf, seen, signInAt } from './actions.ts'
import { paintedIn } from './paint.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '4' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const figure = (page: Page, name: string) => main(page).getByRole('figure', { name })
const losses = (page: Page) => figure(page, t('job.losses'))
const isDrawn = (page: Page, name: string) =>
  expect.poll(() => pointsOf(figure(page, name)).catch(() => 0)).toBeGreaterThan(1)
const idsOf = async (...names: string[]) => {
  const jobs = await at.service.jobs()
  return names.map((name) => jobs.find((job) => job.name === name)?.id ?? '')
}
const queryOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)
const radio = (page: Page, name: string) => main(page).getByRole('radio', { name, exact: true })
const smoothing = (page: Page) => main(page).getByRole('slider', { name: t('chart.smoothing') })

async function pageAt(path: string, viewport = { width: 1440, height: 900 }) {
  const { page } = await at.visit({ expects: signedOut, viewport })
  await signInAt(page, path, at.service.admin)
  return page
}

const comparing = async (...names: string[]) => `/compare?${(await idsOf(...names)).map((id) => `job=${id}`).join('&')}`

test.each([
  ['a job', async () => `/jobs/${(await idsOf(past.bayern))[0]}`, t('job.losses'), t('job.trainingLoss')],
  ['a comparison', () => comparing(past.bayern, past.nord), t('columns.val_loss'), past.bayern],
])(
  'on the page of %s, a logarithmic axis and smoothing survive a reload by the address, and raw values are named so',
  async (_, pathOf, name, curve) => {
    const page = await pageAt(await pathOf())
    await isDrawn(page, name)
    await radio(page, t('chart.log')).check()
    await smoothing(page).fill('0.6')
    await expect.poll(() => queryOf(page)).toMatchObject({ scale: 'log', smooth: '0.6' })
    await page.reload()
    await isDrawn(page, name)
    await expect.poll(() => radio(page, t('chart.log')).isChecked()).toBe(true)
    await expect.poll(() => smoothing(page).inputValue()).toBe('0.6')
    await figure(page, name).getByRole('slider').first().focus()
    await page.keyboard.press('End')
    const said = () => figure(page, name).getByRole('slider').first().getAttribute('aria-valuetext')
    await expect.poll(said).toContain(t('chart.raw', { name: curve }))
    await expect.poll(() => said()).toContain(t('chart.smoothed', { name: curve }))
    await radio(page, t('chart.linear')).check()
    await smoothing(page).fill('0')
    await expect.poll(() => Object.keys(queryOf(page)).filter((key) => key !== 'job')).toEqual([])
  },
)

test('zoom and x axis are kept in the address, for all charts of a job; invalid values are ignored', async () => {
  const path = `/jobs/${(await idsOf(past.bayern))[0]}`
  const page = await pageAt(path)
  await isDrawn(page, t('job.losses'))
  const reset = (name: string) => figure(page, name).getByRole('button', { name: t('common.chartReset') })
  const isZoomed = async (name: string) => (await reset(name).getAttribute('aria-disabled')) === 'false'
  await losses(page)
    .getByRole('button', { name: t('common.chartZoomIn') })
    .click()
  await expect.poll(() => queryOf(page)).toEqual({ from: '25', to: '75' })
  await page.reload()
  await isDrawn(page, t('job.losses'))
  expect([await isZoomed(t('job.losses')), await isZoomed(t('job.accuracy'))]).toEqual([true, true])
  await main(page).getByText(t('job.byTime')).click()
  // Steps are no times.
  await expect.poll(() => queryOf(page)).toEqual({ by: 'time' })
  await expect.poll(() => isZoomed(t('job.losses'))).toBe(false)
  await page.goto(`${path}?by=moon&from=75&to=25&smooth=2&scale=round`)
  await isDrawn(page, t('job.losses'))
  await expect.poll(() => isZoomed(t('job.losses'))).toBe(false)
  await expect.poll(() => radio(page, t('job.bySteps')).isChecked()).toBe(true)
  await expect.poll(() => radio(page, t('chart.linear')).isChecked()).toBe(true)
  await expect.poll(() => smoothing(page).inputValue()).toBe('0')
})

test('what is dragged over in a chart comes into view', async () => {
  const page = await pageAt(await comparing(past.bayern, past.nord))
  await isDrawn(page, t('columns.val_loss'))
  const box = await figure(page, t('columns.val_loss')).locator('.u-over').boundingBox()
  if (box === null) throw new Error('There is no chart')
  await page.mouse.move(box.x + box.width / 2, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x + 0.75 * box.width, box.y + 50, { steps: 4 })
  await page.mouse.up()
  await expect
    .poll(() => queryOf(page))
    .toMatchObject({ from: expect.stringMatching(/^(49|50)/), to: expect.stringMatching(/^7[45]/) })
})

test('the learning rate is among the curves of a job', async () => {
  const page = await pageAt(`/jobs/${(await idsOf(past.bayern))[0]}`)
  await isDrawn(page, t('job.learningRate'))
  await expect.poll(() => paintedIn(figure(page, t('job.learningRate')), '--curve-4')).toBeGreaterThan(0)
})

test('five jobs that are compared leave their chart above the fold, and begin with it on a phone', async () => {
  const names = [past.bayern, past.nord, past.klausur, past.failed, past.cancelled]
  const page = await pageAt(await comparing(...names))
  const name = t('columns.val_loss')
  await isDrawn(page, name)
  const place = () => figure(page, name).getByRole('slider').first().boundingBox()
  const wide = await place()
  expect((wide?.y ?? 0) + (wide?.height ?? Infinity)).toBeLessThan(900)
  await page.setViewportSize({ width: 360, height: 740 })
  await expect.poll(async () => (await place())?.width).toBeLessThan(360)
  expect((await place())?.y).toBeLessThan(740 * 0.65)
  // Each name: in the legend, and in the table.
  for (const job of names) await expect.poll(() => main(page).getByText(job, { exact: true }).count()).toBe(2)
})

test('on a phone, the hint speaks of taps and not of keys', async () => {
  const page = await pageAt(`/jobs/${(await idsOf(past.bayern))[0]}`, { width: 360, height: 740 })
  await isDrawn(page, t('job.losses'))
  await seen(losses(page).getByText(t('chart.touchHint')))
  await expect.poll(() => losses(page).getByText(t('common.chartHint')).isVisible()).toBe(false)
})

test('a job that ended before its first step has no CSV, and a failed one offers a retry', async () => {
  const [cancelled, failed] = await idsOf(past.cancelled, past.failed)
  const page = await pageAt(`/jobs/${cancelled}`)
  await seen(main(page).getByText(t('job.neverStarted')))
  const csv = main(page).getByRole('button', { name: t('job.csv') })
  await expect.poll(() => csv.getAttribute('aria-disabled')).toBe('true')
  await page.goto(`/jobs/${failed}`)
  await seen(main(page).getByRole('link', { name: t('job.csv') }))
  // The end of its stream is not shown as a second state.
  await expect.poll(() => main(page).getByText(t('common.ended'), { exact: true }).count()).toBe(0)
  await main(page)
    .getByRole('link', { name: t('job.retry') })
    .click()
  await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/jobs/new?from=${failed}`)
})
