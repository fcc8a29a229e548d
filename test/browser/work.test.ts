import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { UPLOAD_BATCH_DOCUMENTS_MAX } from '../../src/dashboard/platform/limits.ts'
import { descriptionOf, seen, signInAt } from './actions.ts'
import { documents } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

// A few milliseconds per image.
const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '10' } })
const signedOut = [/status of 401/]

const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name })
const writes = () => at.service.front.count('PUT', /\/dataset\/documents/)

const head = 'Kennung;Titel;Bundesland;Typ;Abschnitte;Für Training freigegeben;Quelle'
const line = (n: number) => `neu-${n};Neue Ordnung ${n};Bayern;verordnung;${n};ja;`
const csv = (lines: string[]) => ({
  name: 'dokumente.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([head, ...lines].join('\r\n')),
})

async function choose(page: Page, lines: string[]): Promise<void> {
  const upload = button(page, t('dataset.upload'))
  if (await upload.isVisible()) await upload.click()
  await page.getByLabel(t('dataset.choose')).setInputFiles(csv(lines))
}

test('a file with errors is reported row by row before anything is sent', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/dataset', at.service.admin)
  const wrongLand = 'neu-2;Neue Ordnung 2;Preußen;verordnung;2;ja;'
  const wrongCount = 'neu-3;Neue Ordnung 3;Bayern;verordnung;viele;ja;'
  await choose(page, [line(1), wrongLand, wrongCount])
  await seen(page.getByText(t('dataset.readyCount', { count: 1 }), { exact: true }))
  await seen(page.getByText(t('dataset.faultyCount', { count: 2 }), { exact: true }))
  const rows = page.getByRole('table', { name: t('dataset.previewFaulty') }).getByRole('row')
  const wrong = await rows.allInnerTexts()
  // Rows are numbered as in a spreadsheet, including the heading.
  expect(wrong.find((row) => row.trim().startsWith('3'))).toContain(t('dataset.wrongBundesland'))
  expect(wrong.find((row) => row.trim().startsWith('4'))).toContain(t('dataset.wrongChunks', { max: '1.000.000' }))
  const download = page.waitForEvent('download')
  await button(page, t('dataset.saveFaulty')).click()
  const kept = await readFile(await (await download).path(), 'utf8')
  expect(kept).toContain('Preußen')
  expect(kept).not.toContain('neu-1')
  await button(page, t('dataset.discardFile')).click()
  expect(writes()).toBe(0)
  expect((await at.service.stats()).total_documents).toBe(documents.length)
})

test('every column of a preview is in sight on a wide screen, however long its values are', async () => {
  const { page } = await at.visit({ expects: signedOut, viewport: { width: 1440, height: 900 } })
  await signInAt(page, '/dataset', at.service.admin)
  const source = `https://www.gesetze.example.org/${'verordnungen/'.repeat(8)}`
  const title = 'Verordnung über die Zeugnisse und die Versetzung an den weiterführenden Schulen '.repeat(2)
  const ofRow = (id: string, chunks: string) =>
    `${id}-${'kennung-'.repeat(7)}x;${title};Mecklenburg-Vorpommern;verwaltungsvorschrift;${chunks};ja;${source}`
  await choose(page, [ofRow('a', '1'), ofRow('b', 'viele')])
  const preview = page.getByRole('region', { name: t('dataset.previewFaulty') })
  await expect.poll(() => preview.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  await button(page, t('dataset.discardFile')).click()
})

test('a file chosen while the server is down is still read, checked and downloadable', async () => {
  const { context, page } = await at.visit({ expects: [...signedOut, /net::ERR_/] })
  await signInAt(page, '/dataset', at.service.admin)
  await seen(button(page, t('dataset.upload')))
  await context.setOffline(true)
  await choose(page, [line(1), 'neu-2;Neue Ordnung 2;Preußen;verordnung;2;ja;'])
  await seen(page.getByText(t('dataset.readyCount', { count: 1 }), { exact: true }))
  const download = page.waitForEvent('download')
  await button(page, t('dataset.saveFaulty')).click()
  expect(await readFile(await (await download).path(), 'utf8')).toContain('Preußen')
  await context.setOffline(false)
})

test('an upload whose answer was lost is not reported as unsent', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /net::ERR_/] })
  await signInAt(page, '/dataset', at.service.admin)
  await choose(page, [line(1)])
  await page.route('**/dataset/documents', async (route) => {
    await route.fetch()
    await page.context().setOffline(true)
    await route.abort('connectionreset')
  })
  await button(page, t('dataset.register', { count: 1 })).click()
  await seen(page.getByText(t('dataset.waitOffline')))
  await button(page, t('dataset.cancelUpload')).click()
  await seen(page.getByRole('heading', { name: t('dataset.overCancelled') }))
  await seen(page.getByText(t('dataset.unsureText', { count: 1 })))
  await seen(page.getByText(t('dataset.uploadAgain')))
  await expect.poll(() => page.getByText(t('dataset.overLeft'), { exact: true }).count()).toBe(0)
})

test('a valid file is uploaded with visible progress, and the counts increase', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/dataset', at.service.admin)
  const count = 2 * UPLOAD_BATCH_DOCUMENTS_MAX + 1
  await choose(
    page,
    Array.from({ length: count }, (_, n) => line(n)),
  )
  const before = writes()
  const bar = page.getByRole('progressbar', { name: t('dataset.sendingProgress') })
  const release = at.service.front.hold(/^PUT .*\/dataset\/documents/, { after: 1 })
  await button(page, t('dataset.register', { count })).click()
  await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe(String(UPLOAD_BATCH_DOCUMENTS_MAX))
  release()
  await seen(page.getByRole('heading', { name: t('dataset.complete') }))
  expect(writes() - before).toBe(3)
  const total = documents.length + count
  expect((await at.service.stats()).total_documents).toBe(total)
  const totals = page.getByRole('region', { name: t('dataset.totals') })
  await seen(totals.getByText(total.toLocaleString('de'), { exact: true }))
})

test('a batch of images is processed to its end, with a result per image', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/ocr', at.service.admin)
  await page.getByLabel(t('ocr.images')).fill('0')
  await button(page, t('ocr.start')).click()
  const field = page.getByLabel(t('ocr.images'))
  await expect.poll(() => descriptionOf(field)).toContain(t('ocr.imagesWrong', { max: 100 }))
  await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true)
  await page.getByLabel(t('ocr.images')).fill('12')
  await button(page, t('ocr.start')).click()
  await seen(page.getByRole('heading', { name: t('ocr.running') }))
  await seen(page.getByRole('heading', { name: t('ocr.complete') }))
  await seen(page.getByText(t('ocr.imagesDone', { done: 12, count: 12 }), { exact: true }))
  await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(13)
})

test('a batch continues while other pages are open, and survives the death of the server', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /net::ERR_/] })
  await signInAt(page, '/ocr', at.service.admin)
  await page.getByLabel(t('ocr.images')).fill('100')
  await button(page, t('ocr.start')).click()
  await seen(page.getByRole('heading', { name: t('ocr.running') }))
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.models') })
    .click()
  await at.service.kill()
  await at.service.revive()
  await page
    .getByRole('navigation')
    .getByRole('link', { name: t('common.ocr') })
    .click()
  await seen(page.getByRole('heading', { name: t('ocr.complete') }))
  await seen(page.getByText(t('ocr.imagesDone', { done: 100, count: 100 }), { exact: true }))
})
