import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { QUEUE_PANEL_JOBS } from '../../src/dashboard/platform/limits.ts'
import { heading, seen, signInAt } from './actions.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

// One slot, and 25 ms per step: the longest job runs for minutes.
const at = atService({ state: 'empty', vars: { SIMULATION_SPEED: '20', MAX_ACTIVE_JOBS: '1' } })
const signedOut = [/status of 401/]

const waitingCount = 60
const oldest = 'Läuft seit langem'
const paused = Array.from({ length: QUEUE_PANEL_JOBS + 1 }, (_, n) => `Pausiert ${n}`)

beforeAll(async () => {
  const { service } = at
  for (const name of paused) {
    const id = await service.create({ name, epochs: 100 })
    await service.untilStatus(id, 'training')
    await service.command(id, 'pause')
  }
  await service.create({ name: oldest, epochs: 100 })
  for (let n = 1; n <= waitingCount; n++) await service.create({ name: `Wartet ${n}` })
})

const main = (page: Page) => page.getByRole('main')
/** A panel of the overview, by its heading. */
const panel = (page: Page, title: string) =>
  main(page)
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) })

test('a running job is shown, however many jobs are queued or paused', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/', at.service.admin)
  await seen(page.getByRole('article').getByRole('heading', { name: oldest }))
  await seen(page.getByText(t('overview.slots', { used: 1, count: 1 })))
  await expect.poll(() => main(page).getByText(t('overview.nothingRuns')).count()).toBe(0)
})

test('a running job is shown, however many pages its newer ones fill', async () => {
  const { page } = await at.visit({ expects: signedOut })
  // The pages are of the service; only shorter, so that a few jobs fill several.
  await page.route(/\/jobs\?.*limit=200/, (route) =>
    route.continue({ url: route.request().url().replace('limit=200', 'limit=20') }),
  )
  await signInAt(page, '/', at.service.admin)
  await seen(page.getByRole('article').getByRole('heading', { name: oldest }))
  await seen(page.getByText(t('overview.slots', { used: 1, count: 1 })))
})

test('the head of the queue is listed by position, with a link to all queued jobs', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/', at.service.admin)
  const queue = panel(page, t('overview.queue'))
  await seen(queue.getByText(t('overview.position', { place: 1 }), { exact: true }))
  const listed = await queue.getByRole('listitem').getByRole('link').allInnerTexts()
  expect(listed).toEqual(Array.from({ length: QUEUE_PANEL_JOBS }, (_, n) => `Wartet ${n + 1}`))
  await queue.getByRole('link', { name: t('overview.more', { count: waitingCount - QUEUE_PANEL_JOBS }) }).click()
  await seen(heading(page, t('jobs.title')))
  expect(new URL(page.url()).search).toBe('?status=queued')
  await seen(main(page).getByRole('link', { name: `Wartet ${waitingCount}`, exact: true }))
})

test('if more jobs are paused than listed, no number is invented, and a link leads to all of them', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/', at.service.admin)
  const aside = panel(page, t('overview.paused'))
  await seen(aside.getByRole('link', { name: paused.at(-1) ?? '', exact: true }))
  await expect.poll(() => aside.getByRole('listitem').count()).toBe(QUEUE_PANEL_JOBS)
  await aside.getByRole('link', { name: t('overview.morePaused') }).click()
  await seen(heading(page, t('jobs.title')))
  expect(new URL(page.url()).search).toBe('?status=paused')
  await seen(main(page).getByRole('link', { name: paused[0] ?? '', exact: true }))
})

test('the form for a new job shows how many jobs are waiting', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/jobs/new', at.service.admin)
  await seen(main(page).getByText(t('createJob.othersWait', { count: waitingCount })))
  await seen(main(page).getByText(t('createJob.heldBy', { names: oldest })))
})
