import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Download, Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { seen, signInAt } from './actions.ts'
import { axeFindings, stickingOut } from './inspect.ts'
import { Runner } from './speaking-runner.ts'
import { t } from './texts.ts'
import { atService, type VisitOptions } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

/** What the browser says when it keeps a document from doing something. */
const kept = [
  /Blocked script execution in 'about:srcdoc'/,
  /Content Security Policy directive/,
  /Refused to execute the redirect/,
  /policy broken/,
  /Unsafe attempt to initiate navigation/,
  /Blocked form submission/,
]

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGA8R2L7gAAAABJRU5ErkJggg==',
  'base64',
)

/** Everything that a document can try: each attempt that succeeds leaves a mark, or asks another host. */
const attack = `<h1 style="color: red" onclick="top.hacked = 'click'">Bericht</h1>
  <script>top.hacked = 'script'; parent.document.title = 'hacked'</script>
  <img src="https://evil.example/pixel.gif" onerror="top.hacked = 'error'">
  <img src="/api/v1/admin/training/jobs" onerror="top.hacked = 'error'">
  <iframe src="javascript:top.hacked = 'frame'"></iframe>
  <meta http-equiv="refresh" content="0; url=https://evil.example/">
  <link rel="stylesheet" href="https://evil.example/style.css">
  <a href="https://evil.example/" target="_top">Hier klicken</a>
  <a href="https://evil.example/">Weiter</a>
  <form action="https://evil.example/" target="_top"><button>Absenden</button></form>`
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" onload="top.hacked = 'load'">
  <script>top.hacked = 'svg'</script>
  <image href="https://evil.example/pixel.png" width="1" height="1"/>
  <foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/></foreignObject>
  <rect width="20" height="20" style="fill: rgb(10, 88, 166)"/></svg>`

let job = ''
beforeAll(async () => {
  const { token } = await at.service.token('runner')
  job = await at.service.create({ name: 'Mit Dateien', trainer: 'runner' })
  const runner = new Runner(at.service, token, 'gpu-1')
  await runner.begin()
  await runner.save(100)
  await runner.save(200)
  await runner.upload('plots/bild.png', new Uint8Array(pixel), 'image/png')
  await runner.upload('plots/kaputt.png', 'kein Bild', 'image/png')
  await runner.upload('plots/kurve.svg', drawing, 'image/svg+xml')
  await runner.upload('bericht.html', attack, 'text/html')
  await runner.upload('werte.csv', `a;b\n${'1;2\n'.repeat(100_000)}`, 'text/csv')
  await runner.upload('ergebnis.json', '{"f1": 0.9}', 'application/json')
  await sendInParts('paket.tar', 'Inhalt')
})

/** Uploads a file in parts, whose digest is then only announced. */
async function sendInParts(path: string, content: string): Promise<void> {
  const ask = async (method: string, way: string, body: string | null, headers: Record<string, string> = {}) => {
    const Authorization = `Bearer ${at.service.admin.token}`
    const address = `${at.service.origin}/api/v1/admin/training/jobs/${job}/uploads${way}`
    const answer = await fetch(address, { method, headers: { Authorization, ...headers }, body })
    expect(answer.ok).toBe(true)
    return answer
  }
  const digest = createHash('sha256').update(content)
  const body = JSON.stringify({ path, size: content.length, sha256: digest.copy().digest('hex'), part_size: 5_242_880 })
  const opened = await ask('POST', '', body, { 'Content-Type': 'application/json' })
  const { id } = (await opened.json()) as { id: string }
  await ask('PUT', `/${id}/parts/1`, content, { 'Repr-Digest': `sha-256=:${digest.digest('base64')}:` })
  await ask('POST', `/${id}/complete`, null)
}

const panel = (page: Page) => page.getByRole('region', { name: t('files.title'), exact: true })
const open = (page: Page, name: string) => panel(page).getByRole('button', { name, exact: true }).click()
const contentOf = (page: Page, name: string) => page.getByTitle(t('files.contentOf', { name }))

async function visit(options: VisitOptions = {}): Promise<Page> {
  const { page } = await at.visit({ expects: signedOut, viewport: { width: 1440, height: 900 }, ...options })
  await signInAt(page, `/jobs/${job}`, at.service.admin)
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 300)
      return panel(page)
        .getByRole('link', { name: t('files.downloadOf', { name: 'bericht.html' }) })
        .count()
    })
    .toBe(1)
  return page
}

const saved = async (page: Page, what: Locator): Promise<Download> => {
  const [download] = await Promise.all([page.waitForEvent('download'), what.click()])
  return download
}

test('files are shown by folders with their sizes, checkpoints with their steps, and a job can start from one', async () => {
  const page = await visit()
  for (const name of ['checkpoints/', 'plots/']) await seen(panel(page).getByRole('button', { name, exact: true }))
  const [last, before] = await page
    .getByRole('region', { name: t('files.checkpoints') })
    .getByRole('listitem')
    .all()
  await seen((last as Locator).getByText(t('files.atStep', { step: 200 })).first())
  await seen((before as Locator).getByText(t('files.atStep', { step: 100 })).first())
  const link = (last as Locator).getByRole('link', { name: t('files.startFrom') })
  const address = new URL((await link.getAttribute('href')) ?? '', at.service.origin)
  expect([address.pathname, Object.fromEntries(address.searchParams)]).toEqual([
    '/jobs/new',
    { from: job, resume_from: `${job}:200` },
  ])
  await open(page, 'plots/')
  await expect.poll(() => panel(page).getByText('bild.png').count()).toBe(0)
  expect(await axeFindings(page)).toEqual([])

  await link.click()
  const checkpoint = page.getByLabel(t('createRunner.checkpoint'), { exact: true })
  await expect.poll(() => checkpoint.inputValue()).toBe('200')
  const steps = [200, 100].map((step) => t('createRunner.atStep', { step }))
  const options = [t('createRunner.lastAt', { step: 200 }), ...steps]
  await expect.poll(() => checkpoint.getByRole('option').allTextContents()).toEqual(options)
  await page.goBack()
  await seen((last as Locator).getByRole('link', { name: t('files.startFrom') }))
})

test('images, texts and tables are shown by the page, of large ones the beginning', async () => {
  const page = await visit()
  await open(page, 'bild.png')
  const image = panel(page).getByRole('img', { name: 'bild.png' })
  await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1)
  expect(await image.getAttribute('src')).toMatch(/^blob:/)
  await open(page, 'kaputt.png')
  await seen(page.getByText(t('files.broken')))
  await open(page, 'ergebnis.json')
  await seen(page.getByText('{"f1": 0.9}'))
  await open(page, 'werte.csv')
  await seen(page.getByText(t('files.part', { shown: '256 kB', size: '400 kB' })))
  expect(
    await page.getByRole('region', { name: t('files.contentOf', { name: 'werte.csv' }) }).textContent(),
  ).toHaveLength(256_000)
})

test('an HTML file and an SVG that try to run scripts, to load and to lead away do nothing', async () => {
  const page = await visit({ expects: [...signedOut, ...kept] })
  const title = await page.title()
  for (const name of ['bericht.html', 'kurve.svg']) {
    await open(page, name)
    expect(await contentOf(page, name).getAttribute('sandbox')).toBe('')
  }
  const frame = contentOf(page, 'bericht.html').contentFrame()
  await seen(frame.getByRole('heading', { name: 'Bericht' }))
  await frame.getByRole('heading', { name: 'Bericht' }).click()
  await frame.getByRole('link', { name: 'Hier klicken' }).click()
  await frame.getByRole('button', { name: 'Absenden' }).click()
  // The last: the frame then shows that it was kept from going there.
  await frame.getByRole('link', { name: 'Weiter' }).click()
  const drawn = contentOf(page, 'kurve.svg').contentFrame().locator('img')
  // The image of the SVG is there, with the style of its own.
  await expect.poll(() => drawn.evaluate((element) => (element as HTMLImageElement).naturalHeight)).toBeGreaterThan(0)
  await expect.poll(() => colourAt(page, contentOf(page, 'kurve.svg'))).toEqual([10, 88, 166])
  expect(await page.evaluate(() => Reflect.get(globalThis, 'hacked'))).toBeUndefined()
  expect([await page.title(), new URL(page.url()).pathname]).toEqual([title, `/jobs/${job}`])
})

/** The colour in the middle of an element, as it is painted. */
async function colourAt(page: Page, element: Locator): Promise<number[]> {
  const picture = (await element.screenshot()).toString('base64')
  return page.evaluate(async (picture) => {
    const image = new Image()
    image.src = `data:image/png;base64,${picture}`
    await image.decode()
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    context?.drawImage(image, -Math.floor(image.width / 2), -Math.floor(image.height / 2))
    return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3)
  }, picture)
}

test('a file and all of them are downloads, whatever they hold', async () => {
  const page = await visit()
  const one = await saved(
    page,
    panel(page).getByRole('link', { name: t('files.downloadOf', { name: 'bericht.html' }) }),
  )
  expect([one.suggestedFilename(), await readFile(await one.path(), 'utf8')]).toEqual(['bericht.html', attack])
  const all = await saved(page, panel(page).getByRole('link', { name: t('files.downloadAll') }))
  expect(all.suggestedFilename()).toBe(`job-${job}.zip`)
  expect((await readFile(await all.path())).subarray(0, 2).toString()).toBe('PK')
})

test('a digest that was only announced is said to be so, until somebody has it verified', async () => {
  const page = await visit({ viewport: { width: 360, height: 800 } })
  await seen(panel(page).getByText(t('files.unproven')))
  expect(await stickingOut(page)).toEqual([])
  await panel(page)
    .getByRole('button', { name: t('files.verifyOf', { name: 'paket.tar' }) })
    .click()
  await seen(page.getByText(t('files.verified', { name: 'paket.tar' })).first())
  await expect.poll(() => panel(page).getByText(t('files.unproven')).count()).toBe(0)
})
