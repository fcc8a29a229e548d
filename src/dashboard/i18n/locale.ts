import { computed, effect, signal } from '@preact/signals'
import { recall, remember } from '../platform/stored.ts'

export const locales = ['de', 'en'] as const
export type Locale = (typeof locales)[number]

const isLocale = (text: string | null | undefined): text is Locale => locales.includes(text as Locale)

/** The first supported language of the browser, else German. */
const preferred = (): Locale => navigator.languages.map((tag) => tag.slice(0, 2)).find(isLocale) ?? 'de'

const stored = recall('language')

/** The language of the page. */
export const locale = signal<Locale>(isLocale(stored) ? stored : preferred())

effect(() => {
  document.documentElement.lang = locale.value
})

/**
 * The language as it is written where the browser is, for dates: en-GB, de-AT. Numbers follow the language alone, since
 * the forms read them back.
 */
export const regionalLocale = computed(
  () =>
    navigator.languages.find((tag) => /^[a-z]{2}-[A-Z]{2}$/.test(tag) && tag.startsWith(locale.value)) ?? locale.value,
)

/** Changes the language, for the next visit as well. */
export function chooseLocale(next: Locale): void {
  locale.value = next
  remember('language', next)
}
