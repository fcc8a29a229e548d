import type { Page } from 'playwright-core'
import { bundeslandNames, bundeslandNamesInEnglish } from '../../src/shared/bundeslaender.ts'
import { dictionaries, type Locale } from './texts.ts'

type Pattern = { test: (text: string) => boolean }

/** The texts of a language, with any parameters. Texts that consist of parameters only would match everything. */
const patternsOf = (locale: Locale): Pattern[] =>
  Object.values(dictionaries[locale])
    .flatMap((section) => Object.values(section))
    .flatMap((message) => (typeof message === 'string' ? [message] : [message.one, message.other]))
    .filter((text) => !text.includes('{') || /\p{L}{2}/u.test(text.replaceAll(/\{\w+\}/g, '')))
    .map((text) => {
      const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      const shown = new RegExp(`^${literal.replaceAll(/\\\{\w+\\\}/g, '.+')}$`, 'su')
      return { test: (word) => shown.test(word) }
    })

const patterns: Record<Locale, Pattern[]> = { de: patternsOf('de'), en: patternsOf('en') }

const laender: Record<Locale, object> = { de: bundeslandNames, en: bundeslandNamesInEnglish }
/** Words that are in no dictionary: numbers, versions, sizes, ids, Bundesländer, and relative times. */
const plainIn = (locale: Locale) =>
  new RegExp(
    `^(\\P{L}*|v\\d+\\.\\d|[\\d,.]+ MB|[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?|${Object.entries(laender[locale]).flat().join('|')}|vor \\d+ \\p{L}+|\\d+ \\p{L}+ ago|\\p{L}{3} \\d+, \\d{4}, .*)$`,
    'u',
  )
const plain: Record<Locale, RegExp> = { de: plainIn('de'), en: plainIn('en') }

/**
 * The words of a page that are neither in the dictionary of its language nor in its data: words in another language, keys
 * of missing texts, untranslated texts.
 */
export function strangeIn(words: readonly string[], locale: Locale, data: readonly string[]): string[] {
  const isKnown = (part: string) =>
    plain[locale].test(part) || data.includes(part) || patterns[locale].some(({ test }) => test(part))
  return words.filter((word) => {
    const said = word.replace(/ – Stellwerk$/, '').replace(/^(\p{L}+) \d+\s?% · /u, '$1 · ')
    return !isKnown(said) && !said.split(/(?:^| )· |: |, | – /).every(isKnown)
  })
}

/** All texts of a page, visible or read by screen readers. */
export const wordsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const said = new Set<string>()
    const say = (text: string | null) => {
      const trimmed = text?.trim()
      if (trimmed) said.add(trimmed)
    }
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement
      // Each language is named in itself; a command is in none.
      if (parent?.closest('script, style, noscript, pre, option[lang]')) continue
      say(node.nodeValue)
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'alt']) {
      for (const element of document.querySelectorAll(`[${name}]`)) say(element.getAttribute(name))
    }
    return [...said]
  })
