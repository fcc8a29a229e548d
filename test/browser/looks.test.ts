import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { heading, seen, signInAt } from './actions.ts'
import { overlappingTexts, settled, stickingOut } from './inspect.ts'
import { documents, past } from './states.ts'
import { type Locale, t, texts } from './texts.ts'
import { atService } from './visit.ts'
import { strangeIn, wordsOf } from './words.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '1' } })
const signedOut = [/status of 401/]
const english = texts('en')
const languageOf = (page: Page) => page.evaluate(() => document.documentElement.lang)

test.each([
  ['en-GB', 'en', english('session.title')],
  ['de-AT', 'de', t('session.title')],
  ['fr-FR', 'de', t('session.title')],
])('a browser that prefers %s initially gets %s', async (locale, language, title) => {
  const { page } = await at.visit({ locale, expects: signedOut })
  await page.goto('/')
  await seen(page.getByRole('dialog', { name: title }))
  await expect.poll(() => languageOf(page)).toBe(language)
})

test('the chosen language applies at once and after a reload', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/models', at.service.admin)
  await seen(heading(page, t('models.title')))
  await page.getByLabel(t('common.language')).selectOption('en')
  await seen(heading(page, english('models.title')))
  await expect.poll(() => languageOf(page)).toBe('en')
  await page.reload()
  await seen(heading(page, english('models.title')))
  expect([await languageOf(page), await page.title()]).toEqual(['en', `${english('models.title')} – Stellwerk`])
  await page.getByLabel(english('common.language')).selectOption('de')
  await seen(heading(page, t('models.title')))
})

test.each([
  ['de', 'en'],
  ['en', 'de'],
] as const)('in %s every word is of that language, and none is missing', async (locale, other) => {
  const { page } = await at.visit({ locale, expects: [...signedOut, /status of 404/] })
  await page.goto('/')
  expect(strangeIn(await wordsOf(page), locale, data)).toEqual([])
  const say = texts(locale)
  await page.getByLabel(say('session.token')).fill(at.service.admin.token)
  await page.keyboard.press('Enter')
  await seen(page.getByRole('heading', { name: say('overview.activeModels') }))
  const jobs = await at.service.jobs()
  const idOf = (name: string) => jobs.find((job) => job.name === name)?.id
  const strange: Record<string, string[]> = {}
  for (const [path, sign] of placesIn(locale, idOf)) {
    await page.goto(path)
    await seen(page.getByText(sign).first())
    const words = await wordsOf(page)
    strange[path] = strangeIn(words, locale, data)
    // Words of the other language would be detected.
    expect(strangeIn(words, other, data).length).toBeGreaterThan(10)
  }
  expect(Object.entries(strange).filter(([, words]) => words.length > 0)).toEqual([])
})

test('nothing overflows or overlaps at any width between a phone and a desktop', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/', at.service.admin)
  const wrong: Record<string, string[]> = {}
  for (const [path, sign] of placesIn('de', () => undefined).filter(([path]) => !/jobs.|compare/.test(path))) {
    await page.goto(path)
    await seen(page.getByText(sign).first())
    for (const width of [480, 700, 820, 1_024, 1_100, 1_280, 1_366]) {
      await page.setViewportSize({ width, height: 900 })
      await settled(page)
      wrong[`${path} at ${width}`] = [...(await stickingOut(page)), ...(await overlappingTexts(page))]
    }
  }
  expect(Object.entries(wrong).filter(([, found]) => found.length > 0)).toEqual([])
})

/** Texts in no dictionary: names given by users, and the API's reason for a failed job. */
const data = [
  ...Object.values(past),
  ...documents.flatMap(({ id, title, doc_type, source_url }) => [id, title, doc_type, source_url]),
  ...['Stellwerk', 'admin', 'recht.example', 'Simulated training failure at step 150'],
]

/** Addresses, and the text that shows that their page is loaded. */
function placesIn(locale: Locale, idOf: (name: string) => string | undefined): [path: string, sign: string][] {
  const say = texts(locale)
  return [
    ['/', past.cancelled],
    ['/jobs', past.bayern],
    ['/jobs/new', say('createJob.submit')],
    [`/jobs/${idOf(past.bayern)}`, say('job.trainingLoss')],
    [`/jobs/${idOf(past.failed)}`, say('job.failedTitle')],
    ['/jobs/none', say('job.gone')],
    ['/compare', say('compare.none')],
    [`/compare?job=${idOf(past.bayern)}&job=${idOf(past.nord)}`, say('compare.table')],
    ['/models', past.klausur],
    ['/dataset', 'Werk 1 aus BB'],
    ['/ocr', say('ocr.start')],
    ['/runners', say('connect.title')],
    ['/tokens', say('tokens.none')],
  ]
}

/** Whether the page is dark, by its background colour. */
const isDark = (page: Page) =>
  page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    if (context === null) throw new Error('There is no canvas')
    context.fillStyle = getComputedStyle(document.body).backgroundColor
    context.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
    return red + green + blue < 3 * 128
  })

test('the theme follows the system until another is chosen', async () => {
  const { page } = await at.visit({ expects: signedOut, colorScheme: 'dark' })
  await signInAt(page, '/', at.service.admin)
  await expect.poll(() => isDark(page)).toBe(true)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => isDark(page)).toBe(false)
  await page.getByLabel(t('common.theme')).selectOption('dark')
  await expect.poll(() => isDark(page)).toBe(true)
  await page.getByLabel(t('common.theme')).selectOption('auto')
  await expect.poll(() => isDark(page)).toBe(false)
})

test('the chosen theme applies from the first frame of a page', async () => {
  const { page } = await at.visit({ expects: signedOut, colorScheme: 'light', before: noteEachFrame })
  await signInAt(page, '/', at.service.admin)
  await page.getByLabel(t('common.theme')).selectOption('dark')
  await page.reload()
  await seen(heading(page, t('overview.title')))
  const frames = await page.evaluate(() => Reflect.get(globalThis, 'frames seen') as string[])
  expect(frames.length).toBeGreaterThan(0)
  expect(new Set(frames)).toEqual(new Set([await backgroundOf(page)]))
  await expect.poll(() => isDark(page)).toBe(true)
})

const backgroundOf = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

/** Records the background colour of the page in each frame. */
function noteEachFrame(): void {
  const frames: string[] = []
  Reflect.set(globalThis, 'frames seen', frames)
  const note = () => {
    if (document.body !== null) frames.push(getComputedStyle(document.body).backgroundColor)
    requestAnimationFrame(note)
  }
  requestAnimationFrame(note)
}
