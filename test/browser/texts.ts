import { readdirSync } from 'node:fs'
import type { TextKey } from '../../src/dashboard/i18n/text.ts'

export type Locale = 'de' | 'en'
type Message = string | { one: string; other: string }
export type Say = (key: TextKey, params?: Record<string, string | number>) => string

type Sections = Record<string, Record<string, Message>>

/** Every section of texts, also of those that are loaded on demand: a file exports one by its name. */
async function sectionsIn(locale: Locale): Promise<Sections> {
  const folder = new URL(`../../src/dashboard/i18n/${locale}/`, import.meta.url)
  const files: Sections[] = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href)))
  return Object.assign({}, ...files)
}

export const dictionaries: Record<Locale, Sections> = { de: await sectionsIn('de'), en: await sectionsIn('en') }

/** The page's texts in a language, assembled as the page does. */
export function texts(locale: Locale): Say {
  return (key, params = {}) => {
    const [section = '', name = ''] = key.split('.')
    const message = dictionaries[locale][section]?.[name]
    if (message === undefined) throw new Error(`There is no text ${key}`)
    const form = params.count === 1 ? 'one' : 'other'
    const text = typeof message === 'string' ? message : message[form]
    return text.replace(/\{(\w+)\}/g, (_, param: string) => {
      const value = params[param]
      return typeof value === 'number' ? value.toLocaleString(locale) : (value ?? '')
    })
  }
}

/** A text of which only some parameters are known, such as one with a running time: the others may be anything. */
export function like(key: TextKey, params: Record<string, string | number> = {}, say: Say = t): RegExp {
  const anything = new Proxy(params, { get: (known, name: string) => known[name] ?? '\0' })
  const literal = say(key, anything).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(literal.replaceAll('\0', '.+'))
}

/** The texts that most tests look for: pages are in German unless a test sets another language. */
export const t = texts('de')
