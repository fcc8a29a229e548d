import { dataset as deDataset } from '../../src/dashboard/i18n/de/dataset.ts'
import { edit as deEdit } from '../../src/dashboard/i18n/de/edit.ts'
import { output as deOutput } from '../../src/dashboard/i18n/de/output.ts'
import { runner as deRunner } from '../../src/dashboard/i18n/de/runner.ts'
import { de as firstDe } from '../../src/dashboard/i18n/de.ts'
import { dataset as enDataset } from '../../src/dashboard/i18n/en/dataset.ts'
import { edit as enEdit } from '../../src/dashboard/i18n/en/edit.ts'
import { output as enOutput } from '../../src/dashboard/i18n/en/output.ts'
import { runner as enRunner } from '../../src/dashboard/i18n/en/runner.ts'
import { en as firstEn } from '../../src/dashboard/i18n/en.ts'

// Also what is loaded on demand.
const de = { ...firstDe, dataset: deDataset, edit: deEdit, output: deOutput, runner: deRunner }
const en = { ...firstEn, dataset: enDataset, edit: enEdit, output: enOutput, runner: enRunner }

export type Locale = 'de' | 'en'
type Texts = typeof en
type TextKey = { [S in keyof Texts & string]: `${S}.${keyof Texts[S] & string}` }[keyof Texts & string]
type Message = string | { one: string; other: string }
export type Say = (key: TextKey, params?: Record<string, string | number>) => string

export const dictionaries: Record<Locale, Record<string, Record<string, Message>>> = { de, en }

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

/** The texts that most tests look for: pages are in German unless a test sets another language. */
export const t = texts('de')
