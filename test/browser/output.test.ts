import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { OUTPUT_BYTES_MAX } from '../../src/platform/limits.ts'
import { seen, signInAt } from './actions.ts'
import { axeFindings } from './inspect.ts'
import { Runner } from './speaking-runner.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

const list = (page: Page) => page.getByRole('region', { name: t('output.lines') })
const line = (page: Page, text: string) => list(page).getByText(text, { exact: true })
const follows = (page: Page) => page.getByRole('checkbox', { name: t('output.follow') })
const said = (page: Page) => page.getByRole('search').getByRole('status')

/** A job with a live attempt, and its page. */
async function begin(name: string, viewport = { width: 1440, height: 900 }) {
  const { token } = await at.service.token('runner', `runner of ${name}`)
  const id = await at.service.create({ name, trainer: 'runner' })
  const runner = new Runner(at.service, token, 'gpu-1')
  await runner.begin()
  const visit = async (expects: RegExp[] = []) => {
    const { page } = await at.visit({ expects: [...signedOut, ...expects], viewport })
    await signInAt(page, `/jobs/${id}`, at.service.admin)
    await scrollTo(page, page.getByRole('heading', { name: t('output.title') }))
    return page
  }
  return { id, token, runner, visit }
}

/** What is far below is mounted once it comes near. */
async function scrollTo(page: Page, what: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 300)
      return what.count()
    })
    .toBe(1)
  await what.scrollIntoViewIfNeeded()
}

const isAtEnd = (page: Page) =>
  list(page).evaluate(({ scrollTop, clientHeight, scrollHeight }) => scrollTop + clientHeight >= scrollHeight - 5)

test('the last lines are followed while they come, until somebody scrolls up, and again when they want to', async () => {
  const { runner, visit } = await begin('Schreibt')
  const page = await visit()
  await seen(page.getByText(t('output.notYet')))
  await runner.write(Array.from({ length: 1_500 }, (_, i) => ({ text: `Zeile ${i}` })))
  await seen(line(page, 'Zeile 1499'))
  await runner.write([{ text: 'Noch eine' }])
  await seen(line(page, 'Noch eine'))
  await list(page).hover()
  await page.mouse.wheel(0, -2_000)
  await expect.poll(() => follows(page).isChecked()).toBe(false)
  const top = await list(page).evaluate(({ scrollTop }) => scrollTop)
  await runner.write([{ text: 'Ungesehen' }])
  await follows(page).focus()
  await expect.poll(() => list(page).evaluate(({ scrollTop }) => scrollTop)).toBe(top)
  expect(await line(page, 'Ungesehen').count()).toBe(0)
  await page.keyboard.press('Space')
  await seen(line(page, 'Ungesehen'))
  await list(page).focus()
  await page.keyboard.press('Home')
  await seen(line(page, 'Zeile 0'))
  await page.keyboard.press('End')
  await seen(line(page, 'Ungesehen'))
  await expect.poll(() => follows(page).isChecked()).toBe(true)
})

test('lines that came while the page was cut off are there once it is not, each once', async () => {
  const { runner, visit } = await begin('Unterbrochen')
  await runner.write([{ text: 'Vorher' }])
  const page = await visit([/net::ERR_/])
  await seen(line(page, 'Vorher'))
  await page.context().setOffline(true)
  await seen(page.getByText(new RegExp(t('common.offline', { time: '[\\d:]+' }))))
  await runner.write(Array.from({ length: 700 }, (_, i) => ({ text: `Dabei ${i}` })))
  await page.context().setOffline(false)
  await seen(line(page, 'Dabei 699'))
  await list(page).focus()
  await page.keyboard.press('Home')
  await seen(line(page, 'Vorher'))
  await seen(line(page, 'Dabei 0'))
  expect(await line(page, 'Dabei 0').count()).toBe(1)
})

test('what a program writes has its colours, and is text, whatever it looks like', async () => {
  const { runner, visit } = await begin('Bunt')
  await runner.write([
    { text: '\x1b[32mgut\x1b[0m \x1b[1;38;2;250;250;0mhell\x1b[0m \x1b[41mwichtig\x1b[0m' },
    { text: '<img src=x onerror="document.title=1"><b>fett</b>' },
    { text: '\x1b]8;;https://evil.example\x07Verweis\x1b]8;;\x07' },
    { text: 'kaputt', stream: 'stderr' },
    { text: '[runner] 3 lines were left out here', stream: 'stderr' },
    { text: 'x'.repeat(5_000) },
  ])
  const page = await visit()
  const colourOf = (text: string) =>
    list(page)
      .getByText(text, { exact: true })
      .evaluate((element) => getComputedStyle(element).color)
  await seen(list(page).getByText('gut', { exact: true }))
  expect(new Set([await colourOf('gut'), await colourOf('hell'), await colourOf('wichtig')]).size).toBe(3)
  await seen(line(page, '<img src=x onerror="document.title=1"><b>fett</b>'))
  expect(await list(page).locator('img, a, b, script').count()).toBe(0)
  await seen(line(page, 'Verweis'))
  await seen(list(page).getByTitle(t('output.stderr')))
  await seen(list(page).getByTitle(t('output.runner')))
  await seen(list(page).getByText(t('output.cut', { size: 4 })))
  expect(await axeFindings(page)).toEqual([])
})

test('long lines are wrapped, or cut if somebody wants it so, also the next time', async () => {
  const { runner, visit } = await begin('Breit', { width: 360, height: 800 })
  await runner.write([{ text: `${'lang '.repeat(100)}Ende` }, { text: 'kurz' }])
  const page = await visit()
  const rows = list(page).locator('.output-row')
  await expect.poll(() => rows.count()).toBeGreaterThan(10)
  expect(await list(page).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  await page.getByRole('checkbox', { name: t('output.wrap') }).click()
  await expect.poll(() => rows.count()).toBe(3)
  await page.reload()
  await scrollTo(page, page.getByRole('heading', { name: t('output.title') }))
  await expect.poll(() => rows.count()).toBe(3)
  expect(await list(page).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeGreaterThan(500)
})

test('each attempt has its place, and the lines of a step are found by its time', async () => {
  const { id, token, runner, visit } = await begin('Zweimal')
  const startMs = Date.now() - 3_600_000
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ text: `Schritt ${from + i}`, timestamp: startMs + 1_000 * (from + i) }))
  const points = (steps: number[]) =>
    steps.map((step) => ({ step, timestamp: startMs + 1_000 * step, metrics: { loss: 1 } }))
  await runner.write(lines(0, 1_200))
  await runner.report({ points: points([0, 100, 700]) })
  await runner.finish('released', { checkpoint: await runner.save(700) })
  const second = new Runner(at.service, token, 'gpu-2')
  await second.begin()
  await second.write(lines(1_200, 900))
  await second.report({ points: points([2_000]) })
  await at.service.until(id, ({ attempt }) => attempt?.number === 2)
  const page = await visit()
  const goTo = async (step: string) => {
    await page.getByRole('textbox', { name: t('output.step') }).fill(step)
    await page.getByRole('button', { name: t('output.toStep') }).click()
  }
  await goTo('650')
  await expect.poll(() => list(page).locator('[data-current=true]').textContent()).toContain('Schritt 700')
  await goTo('9000')
  await seen(page.getByText(t('output.noStep', { step: 9_000 })))
  await page.getByRole('searchbox').fill('Schritt 1200')
  await expect.poll(() => said(page).textContent()).toBe(t('output.found', { count: 1 }))
  await page.getByRole('searchbox').press('Enter')
  await seen(line(page, 'Schritt 1200'))
  await seen(list(page).getByText(/^Versuch 2 · .* · gpu-2$/))
  await list(page).focus()
  await page.keyboard.press('Home')
  await seen(list(page).getByText(/^Versuch 1 · .* · gpu-1$/))
})

test('of 5 MiB only what is seen is in the page; all of it is searched and downloaded, and what is gone is told', async () => {
  const { runner, visit } = await begin('Viel')
  const text = (i: number) => `step ${i} ${'\x1b[36mloss\x1b[0m=0.1234 '.repeat(3)}${i % 20_000 === 7 ? 'NaN' : ''}`
  const bytes = text(0).length + 40
  const count = Math.ceil((OUTPUT_BYTES_MAX * 1.05) / bytes)
  await runner.write(Array.from({ length: count }, (_, i) => ({ text: text(i) })))
  const page = await visit()
  await seen(list(page).getByText(`step ${count - 1}`))
  await seen(page.getByText(/werden nicht mehr aufbewahrt/))
  const nodes: number[] = []
  for (const share of [0, 0.3, 0.6, 1]) {
    await list(page).evaluate((box, share) => {
      box.scrollTop = share * box.scrollHeight
    }, share)
    await expect.poll(() => list(page).locator('.output-unread').count()).toBe(0)
    nodes.push(await list(page).evaluate((box) => box.querySelectorAll('*').length))
  }
  expect(Math.max(...nodes)).toBeLessThan(1_500)
  await page.getByRole('searchbox').fill('nan')
  const found = Math.floor((count - 1 - 7) / 20_000) + 1
  await expect.poll(() => said(page).textContent()).toMatch(new RegExp(`^[${found - 1}${found}] Zeile`))
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: t('output.download') }).click(),
  ])
  const saved = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n')
  expect(saved.at(-1)).toBe(`step ${count - 1} ${'loss=0.1234 '.repeat(3).trimEnd()}`)
  expect([saved.length < count, saved.length > count / 2, saved.includes('')]).toEqual([true, true, false])
  expect(await isAtEnd(page)).toBe(true)
})
