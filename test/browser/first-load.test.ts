import { expect, test } from 'vitest'
import { seen, signInAt } from './deeds.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn' })

/** Bytes of all that a first visit loads before the overview can be used, as they are sent: compressed, with headers. */
const BYTES_MAX = 100 * 1024

test(`the overview can be used after less than ${BYTES_MAX / 1024} KiB`, async () => {
  await at.service.untilStatus(await at.service.create({ name: 'Läuft gerade', epochs: 10 }), 'training')
  const visitor = await at.visit({ expects: [/status of 401/] })
  // Signing in alone: what it loads is not kept, as another browser goes on with its cookie.
  await signInAt(visitor.page, '/ocr', at.service.admin)
  const { context, page } = await at.visit()
  await context.addCookies(await visitor.context.cookies())
  await visitor.context.close()
  const { front } = at.service
  const from = { answers: front.passed.length, bytes: front.bytesSent }

  await page.goto('/')
  await seen(
    page
      .getByRole('article')
      .getByRole('definition')
      .filter({ hasText: /^\d,\d{4}$/ })
      .first(),
  )
  await seen(page.getByRole('main').getByRole('link', { name: past.cancelled }))
  await seen(page.getByRole('list', { name: t('overview.byBundesland') }))

  const bytes = front.bytesSent - from.bytes
  const answers = front.passed.slice(from.answers).sort((a, b) => b.bytes - a.bytes)
  const lines = answers.map((answer) => `${String(answer.bytes).padStart(7)}  ${answer.path}`)
  console.log(`${(bytes / 1024).toFixed(1)} KiB in ${answers.length} answers, of which bodies:\n${lines.join('\n')}`)
  expect(bytes).toBeGreaterThan(10 * 1024)
  expect(bytes).toBeLessThan(BYTES_MAX)
})
