import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMPARED_JOBS_MAX, STREAMS_MAX } from '../../src/dashboard/platform/limits.ts'
import { pointsOf, seen, signInAt } from './actions.ts'
import { axeFindings, overlappingTexts, stickingOut } from './inspect.ts'
import { ReportedJob, type Said } from './reported-job.ts'
import { Runner } from './speaking-runner.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '20' } })
const steps = Array.from({ length: 20 }, (_, step) => step)
const ids: string[] = []

beforeAll(async () => {
  const { token } = await at.service.token('runner', 'compare')
  for (let n = 0; n < COMPARED_JOBS_MAX + 1; n++) {
    const runner = new Runner(at.service, token, `gpu-${n}`)
    const params = { seed: String(10 + n), schedule: n % 2 === 0 ? 'linear' : 'cosine' }
    ids.push(await runner.beginNew({ name: `Lauf ${n}`, batch_size: 8 * (1 + (n % 2)), params }))
    await runner.points(steps, (step) => ({ eval_loss: (1 + n) / (1 + step), grad_norm: 10 - step / 4 - n / 10 }))
    if (n > 0) {
      await runner.finish('failed')
      continue
    }
    await runner.finish('released')
    const second = new Runner(at.service, token, 'gpu-b')
    await second.begin()
    await second.points(steps.slice(0, 10), (step) => ({ eval_loss: 3 / (1 + step), grad_norm: 1 }))
  }
})

async function open(jobs: readonly string[], more: Record<string, string> = {}): Promise<Page> {
  const { page } = await at.visit({ expects: [/status of 401/] })
  const query = new URLSearchParams([...jobs.map((id) => ['job', id]), ...Object.entries(more)])
  await signInAt(page, `/compare?${query}`, at.service.admin)
  return page
}

const figure = (page: Page, name: string) => page.getByRole('figure', { name })
const legend = (page: Page) => page.getByRole('list', { name: t('common.legend') }).getByRole('listitem')

describe('a comparison', () => {
  test('takes ten jobs, whose curves differ without their colours, and says that an eleventh is left out', async () => {
    const page = await open(ids)
    await seen(page.getByText(t('compare.tooMany', { count: 1, max: COMPARED_JOBS_MAX })))
    await expect.poll(() => legend(page).count()).toBe(COMPARED_JOBS_MAX)
    const dashes = () =>
      legend(page)
        .locator('.line-swatch path')
        .evaluateAll((paths) => new Set(paths.map((path) => path.getAttribute('stroke-dasharray'))).size)
    await expect.poll(dashes).toBe(COMPARED_JOBS_MAX)
  })

  test('shows any metric that the jobs have reported, and the address keeps it', async () => {
    const page = await open(ids.slice(1, 3))
    const other = page.getByLabel(t('compare.other'))
    await other.selectOption('grad_norm')
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(steps.length)
    await seen(legend(page).filter({ hasText: 'Lauf 1' }).getByText('5,15'))
    await page.reload()
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(steps.length)
    await page.getByRole('radio', { name: t('columns.val_loss') }).check()
    await seen(figure(page, t('columns.val_loss')))
    expect(new URL(page.url()).searchParams.has('curve')).toBe(false)
  })

  test('names the parameters in which jobs differ that have the same settings', async () => {
    const page = await open([ids[1] ?? '', ids[3] ?? ''])
    const row = (name: string) => page.getByRole('table', { name: t('compare.table') }).getByRole('row', { name })
    await seen(row('seed'))
    expect(await row('seed').getByRole('cell').allInnerTexts()).toEqual(['11', '13'])
    expect(await row('schedule').count()).toBe(0)
    expect(await page.getByText(t('compare.noDifferences')).count()).toBe(0)
  })

  test('tells the attempts at a job apart, what was superseded included', async () => {
    const page = await open(ids.slice(0, 2))
    await expect.poll(() => legend(page).count()).toBe(2)
    await page.getByLabel(t('compare.apart')).check()
    await expect.poll(() => legend(page).count()).toBe(3)
    const first = legend(page).filter({
      hasText: t('compare.attempt', { name: 'Lauf 0', number: 1, runner: 'gpu-0' }),
    })
    const second = legend(page).filter({
      hasText: t('compare.attempt', { name: 'Lauf 0', number: 2, runner: 'gpu-b' }),
    })
    await seen(first.getByText('0,0500'))
    await seen(second.getByText('0,3000'))
    // A job is removed with its curves.
    await page.getByRole('button', { name: t('compare.remove', { name: 'Lauf 0' }) }).click()
    await expect.poll(() => new URL(page.url()).searchParams.getAll('job')).toEqual([ids[1]])
  })
})

/** Metrics at steps from one to another, the latter excluded. */
const said = (from: number, to: number, metricsAt: (step: number) => Said['metrics']): Said[] =>
  Array.from({ length: to - from }, (_, n) => ({ step: from + n, metrics: metricsAt(from + n) }))

/** What a page asks of the histories of jobs, from now on. */
function histories(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => request.url().includes('/history') && asked.push(request.url()))
  return asked
}

describe('the curves of running jobs', () => {
  test('of any metric go on live, with every point once and without a question', async () => {
    const job = await ReportedJob.begin(at.service, 'Läuft')
    await job.report(said(0, 5, (step) => ({ grad_norm: step })))
    const { page } = await at.visit({ expects: [/status of 401/] })
    const asked = histories(page)
    const query = new URLSearchParams([
      ['job', job.id],
      ['job', ids[1] ?? ''],
      ['curve', 'grad_norm'],
    ])
    await signInAt(page, `/compare?${query}`, at.service.admin)
    const ofJob = legend(page).filter({ hasText: 'Läuft' })
    await seen(ofJob.getByText('4', { exact: true }))
    await job.report(said(5, 30, (step) => ({ grad_norm: step })))
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(30)
    await seen(ofJob.getByText('29', { exact: true }))
    expect(asked).toEqual([])
    await job.complete()
  })

  test('go on for every job, also where no stream is free', async () => {
    const running: ReportedJob[] = []
    for (let n = 0; n <= STREAMS_MAX; n++) running.push(await ReportedJob.begin(at.service, `Viele ${n}`))
    for (const job of running) await job.report(said(0, 5, (step) => ({ grad_norm: step })))
    const page = await open(
      running.map(({ id }) => id),
      { curve: 'grad_norm' },
    )
    const latest = () => legend(page).locator('.curve-values').allInnerTexts()
    await expect.poll(latest).toEqual(running.map(() => '4'))
    for (const job of running) await job.report(said(5, 30, (step) => ({ grad_norm: step })))
    await expect.poll(latest).toEqual(running.map(() => '29'))
    // The first to end frees its stream, which brings what polling has brought, and more.
    await running[0]?.complete()
    for (const job of running.slice(1)) await job.report(said(30, 40, (step) => ({ grad_norm: step })))
    await expect.poll(latest).toEqual(['29', ...running.slice(1).map(() => '39')])
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(40)
    for (const job of running.slice(1)) await job.complete()
  })

  test('are told apart by attempt while they go on, and when another takes over', async () => {
    const job = await ReportedJob.begin(at.service, 'Wechselt')
    await job.report(said(0, 10, () => ({ grad_norm: 1 })))
    await job.takeOver(4)
    await job.report(said(5, 8, () => ({ grad_norm: 2 })))
    const page = await open([job.id, ids[1] ?? ''], { curve: 'grad_norm', attempts: 'apart' })
    const asked = histories(page)
    const latest = () => legend(page).filter({ hasText: 'Wechselt' }).locator('.curve-values').allInnerTexts()
    await expect.poll(latest).toEqual(['1', '2'])
    const before = asked.length
    await job.report(said(8, 9, () => ({ grad_norm: 3 })))
    await expect.poll(latest).toEqual(['1', '3'])
    expect(asked.slice(before)).toEqual([])
    await job.takeOver(6)
    await job.report(said(7, 12, () => ({ grad_norm: 4 })))
    await expect.poll(latest).toEqual(['1', '3', '4'])
    await job.complete()
  })

  test('say the step where nobody knows how long the job will be', async () => {
    const job = await ReportedJob.begin(at.service, 'Ohne Plan')
    const planned = await ReportedJob.begin(at.service, 'Mit Plan')
    await job.report(said(0, 1_235, () => ({ loss: 1 })))
    await planned.report(
      said(0, 51, () => ({ loss: 1 })),
      { total_steps: 200 },
    )
    const page = await open([job.id, planned.id])
    const head = (name: string) =>
      page.getByRole('table', { name: t('compare.table') }).getByRole('columnheader', { name })
    await expect.poll(() => head('Ohne Plan').textContent()).toMatch(/Schritt 1.234$/)
    await expect.poll(() => head('Mit Plan').textContent()).toMatch(/25\s%$/)
    await job.complete()
    await planned.complete()
  })
})

describe('long curves', () => {
  test.each([
    ['grad_norm', { from: '12341', to: '12351' }, '4', /12.346$/],
    ['loss', { from: '12341', to: '12351' }, '6,0000', /12.346$/],
    ['grad_norm', { by: 'progress', from: '51.42', to: '51.46' }, '4', /51,4\s%$/],
  ])('of %s come with every point where they are zoomed into: %o', async (curve, view, value, place) => {
    const page = await open(await longJobs(), { curve, ...view })
    const chart = figure(page, curve === 'loss' ? t('columns.loss') : curve)
    /** What is read in the middle of the view. */
    const read = async () => {
      const box = await chart.locator('.u-over').boundingBox()
      if (box === null) return ''
      await page.mouse.move(5, 5)
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      const values = await legend(page).locator('.curve-values').allInnerTexts()
      return [...values, await chart.locator('.curve-legend > p').textContent()].join(' ')
    }
    await seen(chart.locator('canvas'))
    await expect.poll(read).toMatch(new RegExp(`^${value} ${value} .*${place.source}`))
  })
})

/** Two jobs whose curves are longer than a page holds; the same for all tests. */
let long: Promise<string[]> | undefined
function longJobs(): Promise<string[]> {
  long ??= (async () => {
    const jobs = [await ReportedJob.begin(at.service, 'Lang 1'), await ReportedJob.begin(at.service, 'Lang 2')]
    for (const job of jobs) {
      await job.report(
        said(0, 24_000, (step) => ({ loss: 1 + (step % 7), grad_norm: step % 11 })),
        { total_steps: 24_000 },
      )
      await job.complete()
    }
    return jobs.map(({ id }) => id)
  })()
  return long
}

describe('settings against a result', () => {
  const section = (page: Page) => page.getByRole('region', { name: t('parallel.title') })
  const plot = (page: Page) => figure(page, t('parallel.title'))
  const axes = (page: Page) => plot(page).locator('.parallel-title').allInnerTexts()
  const table = (page: Page) => page.getByRole('table', { name: t('parallel.table') })
  const order = (page: Page) => table(page).getByRole('rowheader').getByRole('link').allInnerTexts()
  const bestLoss = t('columns.bestOf', { name: 'eval_loss' })

  async function shown(page: Page): Promise<void> {
    await seen(page.getByRole('table', { name: t('compare.table') }))
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await seen(plot(page))
  }

  test('are lines through what differs, each of which is read out when the keyboard comes to it', async () => {
    const page = await open(ids.slice(1, 4), { result: 'best:eval_loss' })
    await shown(page)
    await expect
      .poll(() => axes(page))
      .toEqual(['schedule', 'seed', t('job.batchSize'), `${bestLoss}\n${t('parallel.lower')}`])
    const line = (n: number) => plot(page).getByRole('img', { name: `Lauf ${n}:` })
    expect(await plot(page).getByRole('img').count()).toBe(3)
    await line(1).focus()
    expect(await line(1).getAttribute('aria-label')).toBe(
      `Lauf 1: schedule cosine, seed 11, ${t('job.batchSize')} 16, ${bestLoss} 0,1`,
    )
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => line(2).evaluate((one) => one === document.activeElement)).toBe(true)
    await expect.poll(() => plot(page).locator('.parallel-reading strong').textContent()).toBe('Lauf 2')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => line(3).evaluate((one) => one === document.activeElement)).toBe(true)
  })

  test('are a table that is sorted by any column, whose columns are chosen, and that is saved as CSV', async () => {
    const page = await open(ids.slice(1, 4), { result: 'best:eval_loss' })
    await shown(page)
    await expect.poll(() => order(page)).toEqual(['Lauf 1', 'Lauf 2', 'Lauf 3'])
    const byLoss = table(page).getByRole('columnheader', { name: bestLoss }).getByRole('button')
    await byLoss.press('Enter')
    await byLoss.press('Enter')
    await expect.poll(() => order(page)).toEqual(['Lauf 3', 'Lauf 2', 'Lauf 1'])
    await section(page)
      .getByRole('button', { name: t('columns.chooseCount', { count: 3 }) })
      .click()
    const dialog = page.getByRole('dialog', { name: t('columns.title') })
    await dialog.getByLabel('schedule', { exact: true }).uncheck()
    await dialog.getByLabel('seed', { exact: true }).uncheck()
    await page.keyboard.press('Escape')
    await section(page).getByLabel(t('parallel.result'), { exact: true }).selectOption('grad_norm')
    await section(page).getByLabel(t('parallel.value'), { exact: true }).selectOption('highest')
    expect(new URL(page.url()).searchParams.get('result')).toBe('highest:grad_norm')
    const saved = page.waitForEvent('download')
    await section(page)
      .getByRole('button', { name: t('parallel.csv') })
      .click()
    const file = await saved
    expect(file.suggestedFilename()).toBe(`${t('parallel.file')}.csv`)
    const titled = t('columns.highestOf', { name: 'grad_norm' })
    expect(readFileSync(await file.path(), 'utf8').split('\r\n')).toEqual([
      `\ufeffid;name;status;${t('job.batchSize')};${titled}`,
      `${ids[1]};Lauf 1;failed;16;9,9`,
      `${ids[2]};Lauf 2;failed;8;9,8`,
      `${ids[3]};Lauf 3;failed;16;9,7`,
      '',
    ])
    await page.reload()
    await shown(page)
    await expect.poll(() => axes(page)).toEqual([t('job.batchSize'), `${titled}\n${t('parallel.higher')}`])
  })

  test('are narrowed down along an axis, by dragging and by keys, and shown in full again', async () => {
    const page = await open(ids.slice(1, 5), { result: 'best:eval_loss' })
    await shown(page)
    await expect.poll(() => order(page)).toEqual(['Lauf 1', 'Lauf 2', 'Lauf 3', 'Lauf 4'])
    const end = (side: 'from' | 'to') =>
      plot(page).getByRole('slider', { name: t(`parallel.${side}`, { name: bestLoss }) })
    await end('from').focus()
    expect(await end('from').getAttribute('aria-valuetext')).toBe('0,1')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => order(page)).toEqual(['Lauf 2', 'Lauf 3', 'Lauf 4'])
    expect(await end('from').getAttribute('aria-valuetext')).toBe('0,15')
    await seen(section(page).getByText(t('parallel.kept', { count: 3, all: 4 })))
    await expect.poll(() => plot(page).locator('.parallel-line[data-faint="true"]').count()).toBe(1)
    expect(await axeFindings(page)).toEqual([])

    const axis = await plot(page).locator('.parallel-brush').last().boundingBox()
    if (axis === null) throw new Error('There is no axis')
    const x = axis.x + axis.width / 2
    await page.mouse.move(x, axis.y + axis.height - 1)
    await page.mouse.down()
    await page.mouse.move(x, axis.y + axis.height * 0.5, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => order(page)).toEqual(['Lauf 1', 'Lauf 2'])
    await page.mouse.click(x, axis.y + axis.height * 0.5)
    await expect.poll(() => order(page)).toEqual(['Lauf 1', 'Lauf 2', 'Lauf 3', 'Lauf 4'])

    await end('to').focus()
    await page.keyboard.press('Home')
    await expect.poll(() => order(page)).toEqual(['Lauf 1'])
    await section(page)
      .getByRole('button', { name: t('parallel.keepAll') })
      .click()
    await expect.poll(() => order(page)).toEqual(['Lauf 1', 'Lauf 2', 'Lauf 3', 'Lauf 4'])
  })

  test.each([1440, 360])('axe finds nothing in them at %d px, and nothing overlaps or sticks out', async (width) => {
    const page = await open(ids.slice(1, 6), { result: 'best:eval_loss' })
    await page.setViewportSize({ width, height: 900 })
    await shown(page)
    await expect.poll(() => axeFindings(page)).toEqual([])
    await expect.poll(() => overlappingTexts(page)).toEqual([])
    await expect.poll(() => stickingOut(page)).toEqual([])
    await plot(page).getByRole('img').first().focus()
    await expect.poll(() => axeFindings(page)).toEqual([])
  })
})
