import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { HIDDEN_MAX_MS, STREAMS_MAX } from '../../src/dashboard/platform/limits.ts'
import { pointsOf, seen, signInAt, stateOf } from './actions.ts'
import { shortenTimers } from './shared-worker.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

// Half a second per step, as in production.
const at = atService({ state: 'empty', vars: { SIMULATION_SPEED: '1', MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

const losses = (page: Page) => page.getByRole('figure', { name: t('job.losses') })
const streams = () => at.service.front.streams
/** Waits until a page has new points. */
async function moves(page: Page): Promise<void> {
  const points = await pointsOf(losses(page)).catch(() => 0)
  await expect.poll(() => pointsOf(losses(page))).toBeGreaterThan(points)
}
const running = async (name: string): Promise<string> => {
  const id = await at.service.create({ name, epochs: 100 })
  await at.service.untilStatus(id, 'training')
  return id
}

/** Makes a page believe that it is hidden or visible. */
const show = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((now) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

test('two tabs of one job share one connection until the last one is closed', async () => {
  const { context, page } = await at.visit({ expects: signedOut })
  const id = await running('In zwei Fenstern')
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await expect.poll(() => page.evaluate(() => typeof SharedWorker)).toBe('function')
  await moves(page)
  const second = await context.newPage()
  await second.goto(`/jobs/${id}`)
  await moves(second)
  await moves(page)
  expect(streams()).toEqual([id])
  expect(at.service.front.count('GET', new RegExp(`/metrics/stream.*${id}`))).toBe(1)
  await page.close()
  await moves(second)
  expect(streams()).toEqual([id])
  await second.close()
  await expect.poll(streams).toEqual([])
  await at.service.command(id, 'cancel')
})

test('without SharedWorker, each tab has its own connection', async () => {
  const { page } = await at.visit({ expects: signedOut, before: withoutSharedWorker })
  const id = await running('Ohne geteilten Arbeiter')
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await moves(page)
  expect(streams()).toEqual([id])
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.models') })
    .click()
  await expect.poll(streams).toEqual([])
  await at.service.command(id, 'cancel')
})

test('the number of live jobs is limited so that requests still get through', async () => {
  const { page } = await at.visit({ expects: signedOut })
  const ids = await Promise.all(Array.from({ length: STREAMS_MAX + 2 }, (_, n) => running(`Einer von vielen ${n}`)))
  await signInAt(page, '/', at.service.admin)
  await expect.poll(() => streams().length).toBe(STREAMS_MAX)
  await expect.poll(() => page.getByRole('article').count()).toBe(ids.length)
  const states = () => Promise.all(ids.map((_, n) => stateOf(page, `Einer von vielen ${n}`)))
  expect((await states()).every((state) => state?.startsWith(t('common.training')))).toBe(true)
  // The others say that they are waiting, and are polled.
  const waiting = page.getByRole('article').filter({ hasText: t('common.waiting') })
  await expect.poll(() => waiting.count()).toBe(2)
  const unwatched = ids.findIndex((id) => !streams().includes(id))
  await at.service.command(ids[unwatched] ?? '', 'pause')
  await expect.poll(() => page.getByRole('article').count()).toBe(ids.length - 1)
  await at.service.command(ids[unwatched] ?? '', 'resume')
  await expect.poll(() => waiting.count()).toBe(2)
  // When a stream ends, a waiting one takes its place.
  const ended = streams()[0] ?? ''
  await at.service.command(ended, 'cancel')
  await expect.poll(() => streams().filter((id) => id !== ended).length).toBe(STREAMS_MAX)
  expect(new Set(streams()).size).toBe(streams().length)
  for (const id of ids) if (id !== ended) await at.service.command(id, 'cancel')
})

test('a job with too many watchers says so, is polled, and becomes live as soon as possible', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 503/], before: withoutSharedWorker })
  const id = await running('Viel beachtet')
  const problem = { type: 'urn:stellwerk:problem:too-many-watchers', title: '', status: 503, detail: '', instance: '' }
  await page.route(/\/metrics\/stream/, (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  )
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await seen(page.getByText(t('problem.too-many-watchers')))
  await at.service.command(id, 'pause')
  await seen(page.getByRole('button', { name: t('job.resume') }))
  await expect.poll(() => page.getByText(lost).count()).toBe(0)
  await page.unroute(/\/metrics\/stream/)
  await seen(page.getByText(t('common.live'), { exact: true }))
  await at.service.command(id, 'cancel')
})

/** The text shown for a lost connection. */
const lost = new RegExp(t('common.reconnectingNote', { time: '[\\d:]+' }))

test('if the script for streams is gone after a deployment, the page suggests a reload and polls', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 404/], before: withoutSharedWorker })
  const id = await running('Nach dem Umbau')
  await page.route(/\/dashboard\/hub-/, (route) => route.fulfill({ status: 404 }))
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await seen(page.getByText(t('common.outdatedNote')))
  await at.service.command(id, 'pause')
  await seen(page.getByRole('button', { name: t('job.resume') }))
  await page.unroute(/\/dashboard\/hub-/)
  await page.reload()
  await seen(page.getByText(t('common.live'), { exact: true }))
  await at.service.command(id, 'cancel')
})

test('two tabs hidden for a long time pause, and catch up without a gap when one is visible again', async () => {
  const { context, page } = await at.visit({ expects: signedOut })
  const id = await running('Aus den Augen')
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await moves(page)
  await shortenTimers(at.browser, HIDDEN_MAX_MS)
  const second = await context.newPage()
  await second.goto(`/jobs/${id}`)
  await moves(second)
  await show(page, 'hidden')
  await moves(second)
  expect(streams()).toEqual([id])

  await show(second, 'hidden')
  await expect.poll(streams).toEqual([])
  await seen(page.getByText(t('common.hidden'), { exact: true }))
  await expectCaughtUp(page, id)
})

test('without SharedWorker, a page hidden for a long time pauses, too, but not earlier', async () => {
  const { page } = await at.visit({ expects: signedOut, before: withoutSharedWorker })
  await page.clock.install()
  const id = await running('Aus dem Sinn')
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await moves(page)
  await show(page, 'hidden')
  await page.clock.fastForward(HIDDEN_MAX_MS - 10_000)
  await moves(page)
  await page.clock.fastForward(20_000)
  await expect.poll(streams).toEqual([])
  await seen(page.getByText(t('common.hidden'), { exact: true }))
  await expectCaughtUp(page, id)
})

/** Lets a job continue while hidden, then checks on its page that the curve is complete. */
async function expectCaughtUp(page: Page, id: string): Promise<void> {
  const points = await pointsOf(losses(page))
  await at.service.until(id, ({ progress }) => progress * 100 > points + 2)
  await expect.poll(() => pointsOf(losses(page))).toBe(points)
  await show(page, 'visible')
  await seen(page.getByText(t('common.live'), { exact: true }))
  await expect.poll(() => pointsOf(losses(page))).toBeGreaterThan(points + 3)
  await at.service.command(id, 'pause')
  await seen(page.getByRole('button', { name: t('job.resume') }))
  await expectWholeCurve(page)
  await at.service.command(id, 'cancel')
}

/** Checks that the table under the chart has every point so far, once and in order, or a sample if there are many. */
async function expectWholeCurve(page: Page): Promise<void> {
  await losses(page).getByText(t('common.chartTable')).click()
  const rows = losses(page).getByRole('table').getByRole('row')
  const shown = (await rows.allInnerTexts()).slice(1).map((row) => row.trim().split(/\s+/))
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: t('job.csv') }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  // In the page's language: semicolons and decimal commas, after a byte order mark.
  const [head = '', ...lines] = csv.trim().split(/\r?\n/)
  const column = (name: string) => head.split(';').indexOf(name)
  const points = lines.map((line) => line.replaceAll(',', '.').split(';'))
  expect(points.map((point) => point[column('step')])).toEqual(points.map((_, step) => String(step)))
  await expect.poll(() => pointsOf(losses(page))).toBe(points.length)
  const expected = points.map((point) => [
    point[column('step')],
    ...['loss', 'val_loss'].map((name) => german(point[column(name)])),
  ])
  const last = points.length - 1
  const at = shown.map((_, row) => Math.round((row * last) / (shown.length - 1)))
  expect(shown).toEqual(at.map((index) => expected[index]))
}

const german = (value = '') => Number(value).toLocaleString('de', { minimumFractionDigits: 4 })

function withoutSharedWorker(): void {
  Reflect.deleteProperty(globalThis, 'SharedWorker')
}
