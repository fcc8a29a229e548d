import { signal } from '@preact/signals'
import type { attempts } from './en/attempts.ts'
import type { columns } from './en/columns.ts'
import type { compare } from './en/compare.ts'
import type { connect } from './en/connect.ts'
import type { createJob } from './en/create-job.ts'
import type { createRunner } from './en/create-runner.ts'
import type { curves } from './en/curves.ts'
import type { dataset } from './en/dataset.ts'
import type { edit } from './en/edit.ts'
import type { files } from './en/files.ts'
import type { jobList } from './en/job-list.ts'
import type { names } from './en/names.ts'
import type { notify } from './en/notify.ts'
import type { ocr } from './en/ocr.ts'
import type { output } from './en/output.ts'
import type { parallel } from './en/parallel.ts'
import type { runner } from './en/runner.ts'
import type { runners } from './en/runners.ts'
import type { version } from './en/version.ts'
import type { en } from './en.ts'
import { chooseLocale, type Locale, locale } from './locale.ts'
import type { Message } from './message.ts'

type Texts = typeof en & {
  attempts: typeof attempts
  columns: typeof columns
  compare: typeof compare
  connect: typeof connect
  createJob: typeof createJob
  createRunner: typeof createRunner
  curves: typeof curves
  dataset: typeof dataset
  edit: typeof edit
  files: typeof files
  jobList: typeof jobList
  names: typeof names
  notify: typeof notify
  ocr: typeof ocr
  output: typeof output
  parallel: typeof parallel
  runner: typeof runner
  runners: typeof runners
  version: typeof version
}
/** Names a text: `section.key`. */
export type TextKey = { [S in keyof Texts & string]: `${S}.${keyof Texts[S] & string}` }[keyof Texts & string]

export type TextParams = Record<string, string | number>

type Sections = Record<string, Record<string, Message>>

const sources: Record<Locale, () => Promise<Sections>> = {
  en: () => import('./en.ts').then(({ en }) => en),
  de: () => import('./de.ts').then(({ de }) => de),
}
const loaded: Partial<Record<Locale, Sections>> = {}

/** Texts of what few visits show. */
const onDemand = signal<Record<Locale, Sections>>({ en: {}, de: {} })

/** Adds texts that are loaded with what shows them; the first load of a page does without. */
export function addTexts(texts: Record<Locale, Sections>): void {
  const { en, de } = onDemand.peek()
  onDemand.value = { en: { ...en, ...texts.en }, de: { ...de, ...texts.de } }
}

const sectionOf = (name: string) => loaded[locale.value]?.[name] ?? onDemand.value[locale.value][name]

/** Loads the texts of a language. The first load of a page has those of one language only: they are a tenth of it. */
export async function loadTexts(language: Locale): Promise<void> {
  loaded[language] ??= await sources[language]()
}

/** Changes the language once its texts are loaded, for the next visit as well. */
export async function chooseLanguage(next: Locale): Promise<void> {
  await loadTexts(next)
  chooseLocale(next)
}

const plurals = { en: new Intl.PluralRules('en'), de: new Intl.PluralRules('de') }

/**
 * The text in the page's language; components that use it render again when the language changes. `{name}` is replaced
 * by `params.name`, with numbers formatted; the plural form follows `params.count`.
 */
export function t(key: TextKey, params: TextParams = {}): string {
  const language = locale.value
  const dot = key.indexOf('.')
  const message = sectionOf(key.slice(0, dot))?.[key.slice(dot + 1)] ?? key
  const text =
    typeof message === 'string'
      ? message
      : message[plurals[language].select(Number(params.count ?? 0)) === 'one' ? 'one' : 'other']
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    return typeof value === 'number' ? value.toLocaleString(language) : (value ?? '')
  })
}

/** The key `section.part` if there is such a text, for what the API names and may name more of one day. */
export function keyIfAny(section: keyof Texts, part: string): TextKey | null {
  return part in (sectionOf(section) ?? {}) ? (`${section}.${part}` as TextKey) : null
}
