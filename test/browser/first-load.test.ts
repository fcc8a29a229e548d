import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { heading, pointsOf, seen, signInAt } from './deeds.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { MAX_ACTIVE_JOBS: '2' } })

/** Bytes of all that a first visit loads before a page can be used: files and answers, compressed as they are sent. */
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

/** What a page does again and again, or later, is not what it takes to be used: on a slow machine it would count. */
function doNothingLater(): void {
  const soon = globalThis.setTimeout
  const later = (handler: TimerHandler, ms = 0, ...args: unknown[]) => (ms < 1_000 ? soon(handler, ms, ...args) : 0)
  Object.assign(globalThis, { setTimeout: later, setInterval: () => 0 })
}

test.each([
  ['the overview', () => '/', overviewIsThere],
  // At rest: its stream brings what there is, and no more of it the longer it takes.
  ['the page of a job', (id: string) => `/jobs/${id}`, curveIsThere],
])(`%s can be used after less than ${BYTES_MAX / 1024} KiB`, async (_, pathOf, isThere) => {
  const id = await at.service.create({ name, epochs: 10 })
  await at.service.until(id, ({ progress }) => progress > 1)
  if (pathOf(id) !== '/') await at.service.command(id, 'pause')
  const visitor = await at.visit({ expects: [/status of 401/] })
  // Signing in alone: what it loads is not kept, as another browser goes on with its cookie.
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
