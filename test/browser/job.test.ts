import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { descriptionOf, heading, pointsOf, seen, signInAt } from './actions.ts'
import { paintedIn } from './paint.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

// 12 s per epoch.
const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '4', MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const losses = (page: Page) => page.getByRole('figure', { name: t('job.losses') })
const curve = (page: Page) => page.getByRole('slider', { name: t('job.losses') })
const button = (page: Page, name: string) => main(page).getByRole('button', { name })
const idOf = async (name: string) => (await at.service.jobs()).find((job) => job.name === name)?.id ?? ''
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim())

/** The page of a job in training. */
async function watched(name: string, expects: RegExp[] = []) {
  const id = await at.service.create({ name, epochs: 100 })
  await at.service.untilStatus(id, 'training')
  const visitor = await at.visit({ expects: [...signedOut, ...expects] })
  await signInAt(visitor.page, `/jobs/${id}`, at.service.admin)
  await expect.poll(() => pointsOf(losses(visitor.page)).catch(() => 0)).toBeGreaterThan(2)
  return { id, ...visitor }
}

/** Waits until a curve has more points. */
async function grows(page: Page): Promise<void> {
  const before = await pointsOf(losses(page))
  await expect.poll(() => pointsOf(losses(page))).toBeGreaterThan(before + 3)
}

test('a pause by any user is marked in the curves at once, and when the page of the finished job is opened', async () => {
  const { context, page, id } = await watched('Wird markiert')
  const marked = (tab: Page) => paintedIn(losses(tab), '--state-paused')
  const pauses = page.getByRole('listitem').getByText(t('job.event-paused'), { exact: true })
  await expect.poll(() => marked(page)).toBe(0)
  await button(page, t('job.pause')).click()
  await expect.poll(() => marked(page)).toBeGreaterThan(20)
  await main(page).getByText(t('job.byTime')).click()
  await expect.poll(() => marked(page)).toBeGreaterThan(0)
  await button(page, t('job.resume')).click()
  await grows(page)
  await at.service.command(id, 'pause')
  await expect.poll(() => pauses.count()).toBe(2)
  await at.service.command(id, 'cancel')
  const second = await context.newPage()
  await second.goto(`/jobs/${id}`)
  await expect.poll(() => marked(second).catch(() => 0)).toBeGreaterThan(20)
})

test('a placeholder says that the curves are loading', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const release = at.service.front.hold(/^GET .*\/metrics\/stream/)
  await signInAt(page, `/jobs/${await idOf(past.nord)}`, at.service.admin)
  await seen(heading(page, past.nord))
  await seen(page.getByRole('region', { name: t('job.curves') }).getByText(t('common.loading')))
  await expect.poll(() => losses(page).count()).toBe(0)
  release()
  await seen(losses(page).locator('canvas'))
})

test('a placeholder says that the curves could not be loaded', async () => {
  // A SharedWorker's requests cannot be answered for the server.
  const before = () => void Reflect.deleteProperty(globalThis, 'SharedWorker')
  const { page } = await at.visit({ expects: [...signedOut, /status of 403/], before })
  await page.route(/\/metrics\/stream/, (route) => route.fulfill({ status: 403 }))
  await signInAt(page, `/jobs/${await idOf(past.nord)}`, at.service.admin)
  await seen(page.getByRole('region', { name: t('job.curves') }).getByText(t('job.curvesRefused')))
  await seen(button(page, t('common.reload')))
})

test('the focus stays on the heading when the page of a job has been loaded', async () => {
  const id = await idOf(past.bayern)
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/jobs', at.service.admin)
  const release = at.service.front.hold(new RegExp(`^GET .*/jobs/${id}$`))
  await main(page).getByRole('link', { name: past.bayern, exact: true }).press('Enter')
  await expect.poll(() => focused(page)).toBe(t('job.title'))
  release()
  await expect.poll(() => focused(page)).toBe(past.bayern)
})

test('a focused chart is silent for screen readers while its curve grows', async () => {
  const { page, id } = await watched('Wird nicht vorgelesen')
  await curve(page).focus()
  const said = async () => [await curve(page).getAttribute('aria-valuetext'), await descriptionOf(curve(page))]
  const atFirst = await said()
  expect(atFirst[0]).toBe(t('common.chartNowhere'))
  expect(atFirst[1]).toContain(t('job.trainingLoss'))
  await grows(page)
  await expect.poll(() => said()).toEqual(atFirst)
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  const reading = await said()
  expect(reading[0]).toMatch(new RegExp(`^${t('common.step')} 1, ${t('job.trainingLoss')}`))
  await grows(page)
  await expect.poll(() => said()).toEqual(reading)
  await curve(page).blur()
  await expect.poll(async () => (await said())[1]).not.toBe(reading[1])
  await at.service.command(id, 'cancel')
})

type Key = { key: string; ctrlKey?: boolean; altKey?: boolean; metaKey?: boolean }

/** Whether a key pressed on a control is left to the browser. */
const isLeft = (control: Locator, key: Key) =>
  control.evaluate(
    (element, init) =>
      element.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })),
    key,
  )

test('the browser keeps its own keys on charts and maps', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${await idOf(past.bayern)}`, at.service.admin)
  await seen(losses(page).locator('canvas'))
  for (const key of [
    { key: '+', ctrlKey: true },
    { key: '-', metaKey: true },
    { key: 'ArrowLeft', altKey: true },
  ]) {
    await expect.poll(() => isLeft(curve(page), key)).toBe(true)
    await expect.poll(() => isLeft(curve(page), { key: key.key })).toBe(false)
  }
  await page.goto('/jobs/new')
  const land = page.getByRole('checkbox', { name: 'Hessen' })
  await expect.poll(() => isLeft(land, { key: 'ArrowLeft', altKey: true })).toBe(true)
  await expect.poll(() => isLeft(land, { key: 'ArrowLeft' })).toBe(false)
})

test('a curve can be zoomed with buttons and read from its first point to its last', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${await idOf(past.bayern)}`, at.service.admin)
  await seen(losses(page).locator('canvas'))
  const index = async () => Number(await curve(page).getAttribute('aria-valuenow'))
  const zoom = (name: string) => losses(page).getByRole('button', { name })
  const shows = (what: 'all' | 'part') =>
    expect
      .poll(() => zoom(t('common.chartReset')).getAttribute('aria-disabled'))
      .toBe(what === 'all' ? 'true' : 'false')
  await shows('all')
  await curve(page).focus()
  await page.keyboard.press('End')
  await expect.poll(index).toBe(99)
  await page.keyboard.press('PageDown')
  await expect.poll(index).toBe(89)
  await zoom(t('common.chartZoomIn')).click()
  await shows('part')
  // The cursor has stayed, and the point that it moves to is scrolled into view.
  await expect.poll(() => index()).toBe(89)
  await curve(page).focus()
  await page.keyboard.press('Home')
  await expect.poll(index).toBe(0)
  await zoom(t('common.chartReset')).press('Enter')
  await shows('all')
  await expect.poll(() => focused(page)).toBe(t('common.chartReset'))
})

test('if a job changes while its cancellation is being confirmed, the question is asked again with the current state', async () => {
  const { page, id } = await watched('Ändert sich', [/status of 412/])
  await button(page, t('job.cancel')).click()
  const question = page.getByRole('dialog', { name: t('job.cancelTitle', { name: 'Ändert sich' }) })
  await seen(question)
  await at.service.command(id, 'pause')
  await question.getByRole('button', { name: t('job.cancel') }).click()
  await seen(question.getByText(t('job.hasChanged')))
  expect((await at.service.job(id)).status).toBe('paused')
  await question.getByRole('button', { name: t('job.cancel') }).click()
  await at.service.untilStatus(id, 'cancelled')
  // Its button stays where it was, unavailable.
  await expect.poll(() => focused(page)).toBe(`${t('job.cancel')} Ändert sich`)
  await expect.poll(() => page.title()).toBe(`${t('common.cancelled')} · Ändert sich – ${t('common.name')}`)
})

test('the question is asked again in the list of jobs, too', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 412/] })
  const id = await at.service.create({ name: 'Ändert sich in der Liste', epochs: 100 })
  await at.service.untilStatus(id, 'training')
  await signInAt(page, '/jobs', at.service.admin)
  const name = t('jobs.actionOn', { action: t('jobs.cancel'), name: 'Ändert sich in der Liste' })
  await button(page, name).click()
  const question = page.getByRole('dialog')
  await seen(question)
  await at.service.command(id, 'pause')
  await question.getByRole('button', { name: t('job.cancel') }).click()
  await seen(question.getByText(t('job.hasChanged')))
  await question.getByRole('button', { name: t('jobs.cancelKeep') }).click()
  expect((await at.service.job(id)).status).toBe('paused')
  await at.service.command(id, 'cancel')
})

test('a pause is sent whatever has happened to the job since', async () => {
  const { page, id } = await watched('Wird gleich pausiert')
  const asked = page.waitForRequest(/\/pause$/)
  await button(page, t('job.pause')).click()
  expect((await asked).headers()).not.toHaveProperty('if-match')
  await seen(button(page, t('job.resume')))
  await at.service.command(id, 'cancel')
})

test('deleting a job opens the list, without an error that the job does not exist', async () => {
  const { page, id } = await watched('Wird hier gelöscht', [/status of 404/])
  await at.service.command(id, 'cancel')
  await page.evaluate(noteHeadings)
  await button(page, t('job.delete')).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('jobs.deleteDo') })
    .click()
  await seen(heading(page, t('jobs.title')))
  await expect.poll(() => focused(page)).toBe(t('jobs.title'))
  await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'headings seen'))).not.toContain(t('job.gone'))
})

/** Records each heading that the page shows from now on. */
function noteHeadings(): void {
  const headings = new Set<string>()
  const note = () => headings.add(document.querySelector('h1')?.textContent ?? '')
  new MutationObserver(() => {
    note()
    Reflect.set(globalThis, 'headings seen', [...headings])
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
}

test('a job that was cancelled in the queue is at the start of its track', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${await idOf(past.cancelled)}`, at.service.admin)
  const track = page.getByRole('progressbar', { name: t('common.progressOf', { name: past.cancelled }) })
  await seen(track)
  const passed = track.locator('[data-passed="true"]')
  await expect.poll(() => passed.allInnerTexts()).toEqual([t('common.queued')])
  await seen(main(page).getByText(t('job.neverStarted'), { exact: true }))
})

test('a finished job links to its model version, and can be duplicated', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const id = await idOf(past.bayern)
  const version = (await at.service.models()).find(({ job_id }) => job_id === id)
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  const duplicate = main(page).getByRole('link', { name: t('jobs.duplicate') })
  await expect.poll(() => duplicate.getAttribute('href')).toBe(`/jobs/new?from=${id}`)
  const names = { type: t('common.zeugnis'), version: version?.version ?? '' }
  await main(page)
    .getByRole('link', { name: t('job.toVersion', names) })
    .click()
  await seen(heading(page, t('models.title')))
  const { pathname, searchParams } = new URL(page.url())
  expect([pathname, ...searchParams]).toEqual(['/models', ['type', 'zeugnis'], ['version', version?.id]])
})

test('if the script of the charts cannot be loaded, a reload of the page is offered', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /net::ERR_/] })
  await page.route(/\/plot-[^/]*\.js$/, (route) => route.abort())
  await signInAt(page, `/jobs/${await idOf(past.bayern)}`, at.service.admin)
  await seen(losses(page).getByText(t('common.chartBroken')))
  await page.unroute(/\/plot-[^/]*\.js$/)
  await losses(page)
    .getByRole('button', { name: t('common.reload') })
    .click()
  await seen(losses(page).locator('canvas'))
})
