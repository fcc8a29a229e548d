import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { heading, pointsOf, seen, signInAt } from './actions.ts'
import { breakTable } from './register.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '2', MAX_ACTIVE_JOBS: '3' } })
const signedOut = [/status of 401/]
const cutOff = [...signedOut, /net::ERR_/]

const main = (page: Page) => page.getByRole('main')
const go = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
/** The banner shown while the server cannot be reached. */
const offline = (page: Page) => page.getByText(new RegExp(t('common.offline', { time: '[\\d:]+' })))

/** The banner shown while some data on the page is out of date. */
const stale = (page: Page) =>
  page
    .getByRole('banner')
    .getByRole('paragraph')
    .filter({ hasText: t('common.stale', { reason: '' }) })

test('an offline page says so, keeps its data, and continues when the connection is back', async () => {
  const { context, page } = await at.visit({ expects: cutOff })
  await signInAt(page, '/jobs', at.service.admin)
  await seen(main(page).getByRole('link', { name: past.bayern, exact: true }))
  await context.setOffline(true)
  await seen(offline(page))
  await seen(main(page).getByRole('link', { name: past.bayern, exact: true }))
  await context.setOffline(false)
  await offline(page).waitFor({ state: 'hidden' })
})

test('a command while the server is down fails with an explanation and changes nothing', async () => {
  const { page } = await at.visit({ expects: cutOff })
  const id = await at.service.create({ name: 'Soll Pause machen', epochs: 100 })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await expect.poll(() => pointsOf(page.getByRole('figure', { name: t('job.losses') }))).toBeGreaterThan(1)
  await at.service.kill()
  await main(page)
    .getByRole('button', { name: t('job.pause') })
    .click()
  await seen(page.getByText(t('problem.offline')))
  await seen(offline(page))
  await at.service.revive()
  await offline(page).waitFor({ state: 'hidden' })
  expect((await at.service.job(id)).status).toBe('training')
  await seen(main(page).getByText(t('common.live'), { exact: true }))
  await main(page)
    .getByRole('button', { name: t('job.pause') })
    .click()
  await seen(main(page).getByRole('button', { name: t('job.resume') }))
  await at.service.command(id, 'cancel')
})

test('a page opened while the server is down loads by itself when it is back', async () => {
  const { page } = await at.visit({ expects: cutOff })
  await signInAt(page, '/ocr', at.service.admin)
  await seen(heading(page, t('ocr.title')))
  await at.service.whileDead(async () => {
    await go(page, t('common.models'))
    await seen(offline(page))
  })
  await seen(main(page).getByRole('link', { name: past.klausur }))
})

test.each([
  ['jobs', '/jobs', (page: Page) => main(page).getByRole('link', { name: past.bayern, exact: true })],
  ['model_versions', '/models', (page: Page) => main(page).getByRole('link', { name: past.klausur })],
  ['documents', '/dataset', (page: Page) => main(page).getByText('Werk 1 aus BB').first()],
] as const)(
  'while D1 has no table %s, its page reports the failure, and a retry succeeds afterwards',
  async (table, path, sign) => {
    const { page } = await at.visit({ expects: [...signedOut, /status of 50[03]/] })
    await signInAt(page, '/ocr', at.service.admin)
    const mend = breakTable(at.service.server.state, table)
    try {
      await page.goto(path)
      await seen(main(page).getByText(t('problem.title')).first())
    } finally {
      mend()
    }
    await main(page)
      .getByRole('button', { name: t('common.retry') })
      .first()
      .click()
    await seen(sign(page))
  },
)

test('outdated data stays, with its time, and one banner gives the reason for the whole page', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 50[03]/] })
  await signInAt(page, '/', at.service.admin)
  const known = main(page).getByRole('link', { name: past.failed, exact: true })
  await seen(known)
  const mend = breakTable(at.service.server.state, 'jobs')
  const asOf = main(page).getByText(new RegExp(t('common.asOf', { time: '[\\d:]+' })))
  try {
    await expect.poll(() => asOf.count(), { timeout: 30_000 }).toBeGreaterThan(1)
    await seen(stale(page))
    await expect.poll(() => stale(page).count()).toBe(1)
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
    await seen(known)
  } finally {
    mend()
  }
  await stale(page)
    .getByRole('button', { name: t('common.retry') })
    .click()
  await stale(page).waitFor({ state: 'hidden' })
  await expect.poll(() => asOf.count()).toBe(0)
})

test('while reading the session fails, it is retried, and no control is denied in the meantime', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 500/] })
  await signInAt(page, '/models', at.service.admin)
  await page.route('**/session', (route) => route.fulfill({ status: 500 }))
  await page.goto('/jobs/new')
  const reason = t('problem.unexpected', { status: 500 })
  await seen(page.getByRole('banner').getByText(t('session.unclear', { reason })))
  const submit = main(page).getByRole('button', { name: t('createJob.submit') })
  await seen(submit)
  await expect
    .poll(() =>
      main(page)
        .getByText(t('common.needsRole', { role: t('session.operator') }))
        .count(),
    )
    .toBe(0)
  await page.unroute('**/session')
  await expect.poll(() => submit.getAttribute('aria-disabled')).toBe('false')
  await expect.poll(() => page.getByRole('banner').getByText(t('session.unclear', { reason })).count()).toBe(0)
})

test('an unknown job is reported as not found, with a link to all jobs', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 404/] })
  await signInAt(page, '/jobs/no-such-job', at.service.admin)
  await seen(heading(page, t('job.gone')))
  await main(page)
    .getByRole('link', { name: t('job.toJobs') })
    .click()
  await seen(heading(page, t('jobs.title')))
})

test('a job deleted by another user disappears from the page that shows it', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 404/] })
  const id = await at.service.create({ name: 'Wird gelöscht', epochs: 100 })
  await at.service.untilStatus(id, 'training')
  await at.service.command(id, 'pause')
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  await seen(heading(page, 'Wird gelöscht'))
  await seen(main(page).getByText(t('common.live'), { exact: true }))
  await at.service.remove(id)
  await seen(heading(page, t('job.gone')))
})

test('loading data has a placeholder on the page', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  const release = at.service.front.hold(/^GET \/api\//)
  await page.goto('/models')
  await seen(heading(page, t('models.title')))
  await seen(main(page).getByText(t('common.loading'), { exact: true }).first())
  release()
  await seen(main(page).getByRole('link', { name: past.klausur }))
  await expect.poll(() => main(page).getByText(t('common.loading'), { exact: true }).count()).toBe(0)
})

test('an unknown address answers 404', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 404/] })
  await signInAt(page, '/ocr', at.service.admin)
  expect((await page.goto('/no/such/page'))?.status()).toBe(404)
})
