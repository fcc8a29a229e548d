import { beforeEach, expect, test, vi } from 'vitest'

vi.stubGlobal('document', { documentElement: {} })

const evening = new Date(2026, 10, 7, 19, 5).getTime()

/** The formats of a browser with these languages, which are read once. */
async function inBrowser(...languages: string[]) {
  vi.stubGlobal('navigator', { languages })
  const { chooseLocale } = await import('../../src/dashboard/i18n/locale.ts')
  return { chooseLocale, ...(await import('../../src/dashboard/i18n/format.ts')) }
}

beforeEach(() => vi.resetModules())

test('dates are British in a British browser, and American in an American one', async () => {
  expect((await inBrowser('en-GB')).formatDateTime(evening)).toBe('7 Nov 2026, 19:05')
  vi.resetModules()
  expect((await inBrowser('en-US', 'en')).formatDateTime(evening)).toMatch(/^Nov 7, 2026, 7:05\sPM$/)
})

test('the region belongs to its language: an English browser writes German dates as in German', async () => {
  const { chooseLocale, formatDateTime, formatDay } = await inBrowser('en-GB', 'en')
  chooseLocale('de')
  expect(formatDateTime(evening)).toBe('07.11.2026, 19:05')
  expect(formatDay(evening)).toBe('7. Nov.')
})

test('a language tag that no standard knows does no harm', async () => {
  expect((await inBrowser('en-US@posix')).formatDay(evening)).toBe('Nov 7')
})

test('numbers follow the language alone, as the forms read them', async () => {
  expect((await inBrowser('en-ZA')).formatNumber(1234.5)).toBe('1,234.5')
})
