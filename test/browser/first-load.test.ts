import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { heading, pointsOf, seen, signInAt } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { MAX_ACTIVE_JOBS: '2' } })

/** Bytes that a first visit loads until the page is usable: files and answers, compressed as sent. */
const BYTES_MAX = 100 * 1024

const name = 'Läuft gerade'

async function overviewIsThere(page: Page): Promise<void> {
  const loss = page
    .getByRole('article')
    .getByRole('definition')
    .filter({ hasText: /^\d,\d{4}$/ })
  await seen(loss.first())
  await seen(page.getByRole('main').getByRole('link', { name: past.cancelled }))
  await seen(page.getByRole('list', { name: t('overview.byBundesland') }))
}

async function curveIsThere(page: Page): Promise<void> {
  await seen(heading(page, name))
  const losses = page.getByRole('figure', { name: t('job.losses') })
  await seen(losses.locator('canvas'))
  await expect.poll(() => pointsOf(losses)).toBeGreaterThan(1)
}

/** Repeated and later requests, which are not needed for the page to be usable but would count on a slow machine. */
function doNothingLater(): void {
  const soon = globalThis.setTimeout
  const later = (handler: TimerHandler, ms = 0, ...args: unknown[]) => (ms < 1_000 ? soon(handler, ms, ...args) : 0)
  Object.assign(globalThis, { setTimeout: later, setInterval: () => 0 })
}

test.each([
  ['the overview', () => '/', overviewIsThere],
  // A job at rest: the size of its stream does not depend on how long the page takes.
  ['the page of a job', (id: string) => `/jobs/${id}`, curveIsThere],
])(`%s can be used after less than ${BYTES_MAX / 1024} KiB`, async (_, pathOf, isThere) => {
  const id = await at.service.create({ name, epochs: 10 })
  // Two points: what is measured is the page, not how far the job gets on a slow machine.
  await at.service.until(id, ({ progress }) => progress > 0.1)
  if (pathOf(id) !== '/') await at.service.command(id, 'pause')
  const visitor = await at.visit({ expects: [/status of 401/] })
  // Only to sign in: another browser continues with its cookie, so nothing it loads is cached.
  await signInAt(visitor.page, '/ocr', at.service.admin)
  const { context, page } = await at.visit({ before: doNothingLater })
  await context.addCookies(await visitor.context.cookies())
  await visitor.context.close()
  const { front } = at.service
  const from = { answers: front.passed.length, bytes: front.bytesSent }

  await page.goto(pathOf(id))
  await isThere(page)

  const withHeaders = front.bytesSent - from.bytes
  const answers = front.passed.slice(from.answers).sort((a, b) => b.bytes - a.bytes)
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0)
  const lines = answers.map((answer) => `${String(answer.bytes).padStart(7)}  ${answer.path}`)
  console.log(`${inKiB(bytes)} in ${answers.length} answers, ${inKiB(withHeaders)} with headers:\n${lines.join('\n')}`)
  expect(bytes).toBeGreaterThan(10 * 1024)
  expect(bytes).toBeLessThan(BYTES_MAX)
  await at.service.command(id, 'cancel')
})

const inKiB = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`
