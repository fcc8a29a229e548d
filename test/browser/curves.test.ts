import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pointsOf, seen, signInAt } from './actions.ts'
import { axeFindings, overlappingTexts, settled, stickingOut } from './inspect.ts'
import { paintedIn } from './paint.ts'
import { ReportedJob, type Said } from './reported-job.ts'
import { like, t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '20' } })
const signedOut = [/status of 401/]

const main = (page: Page) => page.getByRole('main')
const figure = (page: Page, name: string) => main(page).getByRole('figure', { name, exact: true })
const plotOf = (page: Page, name: string) => figure(page, name).getByRole('slider')
const saidBy = (page: Page, name: string) => plotOf(page, name).getAttribute('aria-valuetext')
const groups = (page: Page) => main(page).locator('summary h4').allTextContents()
const button = (page: Page, name: string) => main(page).getByRole('button', { name, exact: true })
const radio = (page: Page, name: string) => main(page).getByRole('radio', { name, exact: true })

/** High enough for all charts, except where a test says otherwise: only those in view are there. */
async function pageOf(id: string, query = '', viewport = { width: 1440, height: 2_600 }): Promise<Page> {
  const { page } = await at.visit({ expects: signedOut, viewport })
  await signInAt(page, `/jobs/${id}${query}`, at.service.admin)
  return page
}

const steps = (from: number, to: number, metricsAt: (step: number) => Said['metrics']): Said[] =>
  Array.from({ length: to - from }, (_, n) => ({ step: from + n, metrics: metricsAt(from + n) }))

test('every metric is shown by its prefix, found by name, and pinned or hidden for the next visit', async () => {
  const job = await ReportedJob.begin(at.service, 'Viele Metriken')
  const named = (step: number) => ({
    grad_norm: 1 / (1 + step),
    'train/loss': 2,
    eval_loss: 3,
    'system/cpu': step,
    eval_f1: 0.5,
  })
  await job.report(steps(0, 20, named))
  const page = await pageOf(job.id)
  await expect.poll(() => groups(page)).toEqual([t('curves.plain'), 'eval_', 'train/', 'system/'])
  await expect.poll(() => pointsOf(figure(page, 'grad_norm')).catch(() => 0)).toBe(20)

  await main(page).getByLabel(t('curves.find')).fill('LOSS eval')
  await expect.poll(() => groups(page)).toEqual(['eval_'])
  await expect.poll(() => figure(page, 'eval_f1').count()).toBe(0)
  await main(page).getByLabel(t('curves.find')).fill('so etwas nicht')
  await seen(main(page).getByText(t('curves.noneFound')))
  await main(page).getByLabel(t('curves.find')).fill('')

  await button(page, t('curves.pinNamed', { name: 'train/loss' })).click()
  await expect.poll(() => groups(page)).toEqual([t('curves.pinned'), t('curves.plain'), 'eval_', 'system/'])
  await button(page, t('curves.hideNamed', { name: 'eval_f1' })).click()
  await expect.poll(() => figure(page, 'eval_f1').count()).toBe(0)
  await page.reload()
  await expect
    .poll(() => groups(page))
    .toEqual([t('curves.pinned'), t('curves.plain'), 'eval_', 'system/', t('curves.hidden')])
  await settled(page)
  expect(await axeFindings(page)).toEqual([])
  await main(page).getByText(t('curves.hidden'), { exact: true }).click()
  await button(page, t('curves.showNamed', { name: 'eval_f1' })).click()
  await seen(figure(page, 'eval_f1'))

  // A metric that nobody has reported before.
  await job.report([
    { step: 20, metrics: { 'late/metric': 1 } },
    { step: 21, metrics: { 'late/metric': 2 } },
  ])
  await expect.poll(() => groups(page)).toContain('late/')
})

test('on a phone nothing of them sticks out or overlaps', async () => {
  const job = await ReportedJob.begin(at.service, 'Auf dem Telefon')
  const long = 'evaluation/of_a_very_long_name_without_any_space_that_could_be_broken'
  await job.report(steps(0, 20, (step) => ({ loss: step, [long]: step === 3 ? 'NaN' : step, 'train/x': 1 })))
  const page = await pageOf(job.id, '', { width: 360, height: 740 })
  await seen(figure(page, t('job.losses')).locator('canvas'))
  await main(page).getByRole('heading', { name: long }).scrollIntoViewIfNeeded()
  await seen(figure(page, long).locator('canvas'))
  await settled(page)
  expect([await stickingOut(page), await overlappingTexts(page)]).toEqual([[], []])
})

test('only the charts that are in view are mounted, however many metrics there are', async () => {
  const job = await ReportedJob.begin(at.service, 'Sehr viele Metriken')
  const names = Array.from({ length: 50 }, (_, n) => `layer/${n}`)
  await job.report(steps(0, 5, (step) => Object.fromEntries(names.map((name) => [name, step]))))
  const page = await pageOf(job.id, '', { width: 1440, height: 900 })
  const mounted = () => main(page).locator('canvas').count()
  await expect.poll(mounted).toBeGreaterThan(2)
  expect(await mounted()).toBeLessThan(20)
  // Found in the page by its name all the same.
  const last = main(page).getByRole('heading', { name: 'layer/49', exact: true })
  await expect.poll(() => figure(page, 'layer/49').count()).toBe(0)
  await last.scrollIntoViewIfNeeded()
  await seen(figure(page, 'layer/49').locator('canvas'))
  expect(await mounted()).toBeLessThan(25)
})

test('a cursor in one chart reads the values of all that are in view', async () => {
  const job = await ReportedJob.begin(at.service, 'Ein Cursor')
  await job.report(steps(0, 11, (step) => ({ a: step, b: 100 - step, ...(step % 5 === 0 ? { c: 7 * step } : {}) })))
  const page = await pageOf(job.id)
  await expect.poll(() => pointsOf(figure(page, 'c')).catch(() => 0)).toBe(3)
  const box = await figure(page, 'a').locator('.u-over').boundingBox()
  if (box === null) throw new Error('There is no chart')
  const legend = (name: string) => figure(page, name).locator('.legend').textContent()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect.poll(() => legend('a')).toContain('Schritt 5')
  await expect.poll(() => legend('b')).toMatch(/95.*Schritt 5/)
  await expect.poll(() => legend('c')).toMatch(/35.*Schritt 5/)
  await page.mouse.move(5, 5)
  await expect.poll(() => legend('b')).toContain(t('chart.latest'))
  // By keys, too.
  await plotOf(page, 'b').focus()
  await page.keyboard.press('End')
  await expect.poll(() => legend('a')).toContain('Schritt 10')
})

test('a long curve is thinned by the service, and what is zoomed into comes with every point', async () => {
  const job = await ReportedJob.begin(at.service, 'Lange Kurve')
  await job.report(
    steps(0, 24_000, (step) => ({ loss: 1 + (step % 7), grad_norm: step === 12_345 ? 1_000 : step % 11 })),
  )
  await job.complete()
  const page = await pageOf(job.id)
  for (const name of ['grad_norm', t('job.losses')]) {
    await expect.poll(() => pointsOf(figure(page, name)).catch(() => 0)).toBeGreaterThan(500)
    expect(await pointsOf(figure(page, name))).toBeLessThanOrEqual(4_000)
  }
  /** What is read in the middle of the view. */
  const readIn = async (name: string) => {
    const box = await figure(page, name).locator('.u-over').boundingBox()
    if (box === null) throw new Error('There is no chart')
    await page.mouse.move(5, 5)
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    return figure(page, name).locator('.legend').textContent()
  }
  await page.goto(`/jobs/${job.id}?from=12341&to=12351`)
  await seen(figure(page, 'grad_norm').locator('canvas'))
  await expect.poll(() => readIn('grad_norm')).toMatch(/4Schritt 12.346$/)
  await expect.poll(() => readIn(t('job.losses'))).toMatch(/6,0000.*Schritt 12.346$/)
  await page.goto(`/jobs/${job.id}?from=20000&to=20012`)
  await seen(figure(page, 'grad_norm').locator('canvas'))
  await expect.poll(() => readIn('grad_norm')).toMatch(/8Schritt 20.006$/)
})

test('where an attempt went back is marked, and what it superseded is shown when somebody wants it', async () => {
  const job = await ReportedJob.begin(at.service, 'Zwei Versuche')
  await job.report(steps(0, 10, (step) => ({ loss: step, 'train/x': step })))
  await job.takeOver(4)
  await job.report(steps(5, 8, (step) => ({ loss: 2 * step, 'train/x': 2 * step })))
  const page = await pageOf(job.id)
  await expect.poll(() => pointsOf(figure(page, 'train/x')).catch(() => 0)).toBe(8)
  const superseded = (name: string) => figure(page, name).locator('.legend').getByText(like('curves.superseded'))
  expect(await superseded('train/x').count()).toBe(0)
  await main(page).getByLabel(t('curves.showSuperseded')).check()
  await seen(superseded('train/x'))
  await seen(superseded(t('job.losses')))
  // Steps 5 to 9 of the first attempt, of which 8 and 9 have no point that counts.
  await expect.poll(() => pointsOf(figure(page, 'train/x'))).toBe(10)
  await expect.poll(() => new URL(page.url()).searchParams.get('superseded')).toBe('shown')
  // Where there is both, the cursor reads both.
  await plotOf(page, 'train/x').focus()
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key)
  const value = t('curves.value')
  const both = `Schritt 7, ${value} 14, ${t('curves.superseded', { name: value })} 7`
  await expect.poll(() => saidBy(page, 'train/x')).toBe(both)
  await job.report(steps(8, 9, (step) => ({ loss: step, 'train/x': step })))
  await page.keyboard.press('ArrowRight')
  const legend = () => figure(page, 'train/x').locator('.legend').textContent()
  await expect.poll(legend).toBe(`${value}8${t('curves.superseded', { name: value })}8Schritt 8`)
  await main(page).getByLabel(t('curves.showSuperseded')).uncheck()
  await expect.poll(() => pointsOf(figure(page, 'train/x'))).toBe(9)
})

test('by time no line goes from the last point of an attempt to the first of the next one', async () => {
  const job = await ReportedJob.begin(at.service, 'Dazwischen nichts')
  const from = Date.now() - 3_600_000
  await job.report(steps(0, 20, () => ({ 'train/x': 1 })).map((said) => ({ ...said, timestamp: from + said.step })))
  await job.takeOver(19)
  await job.report(steps(20, 40, () => ({ 'train/x': 1 })))
  const page = await pageOf(job.id)
  await expect.poll(() => pointsOf(figure(page, 'train/x')).catch(() => 0)).toBe(40)
  await settled(page)
  const bySteps = await paintedIn(figure(page, 'train/x'), '--curve-1')
  expect(bySteps).toBeGreaterThan(200)
  await radio(page, t('job.byTime')).check()
  await expect.poll(() => paintedIn(figure(page, 'train/x'), '--curve-1')).toBeLessThan(bySteps / 10)
})

test('the chart of a metric says of which other one its values are where it has none', async () => {
  const job = await ReportedJob.begin(at.service, 'Zwei Namen')
  await job.report(steps(0, 10, () => ({ val_loss: 1, 'train/x': 1 })))
  await job.report(steps(10, 20, () => ({ eval_loss: 2 })))
  const page = await pageOf(job.id)
  const card = (name: string) =>
    main(page)
      .getByRole('listitem')
      .filter({ has: page.getByRole('figure', { name, exact: true }) })
  await expect.poll(() => pointsOf(figure(page, 'val_loss')).catch(() => 0)).toBe(20)
  await seen(card('val_loss').getByText(t('curves.insteadOf', { name: 'val_loss', others: 'eval_loss' })))
  await expect.poll(() => pointsOf(figure(page, 'eval_loss')).catch(() => 0)).toBe(10)
  expect(await main(page).getByText(like('curves.insteadOf')).count()).toBe(1)
})

test('a value that is not finite is told where it happened, in words and in the table', async () => {
  const job = await ReportedJob.begin(at.service, 'Nicht endlich')
  const value = (step: number) => (step === 31 || step === 32 ? 'NaN' : step === 77 ? 'Infinity' : step)
  await job.report(steps(0, 100, (step) => ({ loss: value(step), other: 1 })))
  const page = await pageOf(job.id)
  const name = t('job.trainingLoss')
  const losses = figure(page, t('job.losses'))
  const told = [
    t('chart.notFinite', { name, value: 'NaN', at: 'Schritt 31', count: 2 }),
    t('chart.notFinite', { name, value: '∞', at: 'Schritt 77', count: 1 }),
  ]
  await seen(losses.getByText(told.join(' · ')))
  await losses.getByText(t('common.chartTable')).click()
  await seen(losses.getByRole('row', { name: /^31 NaN/ }))
  await seen(losses.getByRole('row', { name: /^77 ∞/ }))
})

test('the metrics of the machine, which no stream brings, are in the charts as well', async () => {
  const job = await ReportedJob.begin(at.service, 'Nur die Maschine')
  await job.report([{ step: 0, metrics: { loss: 1 } }, ...steps(0, 6, (step) => ({ 'system/gpu': 10 * step }))])
  const page = await pageOf(job.id)
  await expect.poll(() => pointsOf(figure(page, 'system/gpu')).catch(() => 0)).toBe(6)
})

test('by epoch and by the time since the start, the points have their places', async () => {
  const job = await ReportedJob.begin(at.service, 'Achsen')
  const startMs = Date.now() - 3_600_000
  const points = Array.from({ length: 40 }, (_, step) => ({
    step,
    epoch: Math.floor(step / 10) + 1,
    timestamp: startMs + 60_000 * step,
    metrics: { loss: step, 'train/x': step },
  }))
  await job.report(points, { total_steps: 40 })
  const page = await pageOf(job.id)
  await expect.poll(() => pointsOf(figure(page, 'train/x')).catch(() => 0)).toBe(40)
  const endIs = (text: string) =>
    expect
      .poll(async () => {
        await plotOf(page, 'train/x').focus()
        await page.keyboard.press('End')
        return saidBy(page, 'train/x')
      })
      .toBe(text)
  await radio(page, t('job.byEpoch')).check()
  await endIs('Epoche 4,9, Wert 39')
  await radio(page, t('job.byElapsed')).check()
  await endIs(`${t('job.elapsed')} 39:00, Wert 39`)
  await page.reload()
  await expect.poll(() => radio(page, t('job.byElapsed')).isChecked()).toBe(true)
})
