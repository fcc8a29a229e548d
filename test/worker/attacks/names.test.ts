import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  NAME_LENGTH_MAX,
  NAME_MARKS_MAX,
  TITLE_LENGTH_MAX,
  TOKEN_NAME_LENGTH_MAX,
} from '../../../src/platform/limits.ts'
import { api, cancelAll } from '../api.ts'
import { asAdmin, askWith, closed } from './closed.ts'

let vars: Disposable
beforeAll(() => {
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

const facts = { bundesland: 'BY', doc_type: 'erlass', chunks: 1, training_allowed: true }

/** Each name that users choose: how it is sent, its location in an error, and its stored form. */
const names: [what: string, lengthMax: number, send: (name: string) => Promise<Response>, kept: string][] = [
  [
    'job',
    NAME_LENGTH_MAX,
    (name) => askWith('POST', `${api}/jobs`, { name, bundeslaender: ['BY'], epochs: 1 }, asAdmin),
    "SELECT spec ->> '$.config.name' AS name FROM jobs ORDER BY seq DESC LIMIT 1",
  ],
  [
    'document',
    TITLE_LENGTH_MAX,
    (title) => askWith('PUT', `${api}/dataset/documents`, { documents: [{ id: 'a', title, ...facts }] }, asAdmin),
    "SELECT title AS name FROM documents WHERE id = 'a'",
  ],
  [
    'token',
    TOKEN_NAME_LENGTH_MAX,
    (name) => askWith('POST', '/api/v1/admin/tokens', { name, role: 'viewer' }, asAdmin),
    'SELECT name FROM api_tokens ORDER BY id DESC LIMIT 1',
  ],
]

const marks = (count: number) => '\u0335'.repeat(count)

const refused: [what: string, name: string][] = [
  ['a zero-width space alone', '\u200b'],
  ['a zero-width space within', 'ci\u200b'],
  ['a turned reading direction', 'rlo \u202egpj.exe\u202c'],
  ['isolates', 'a\u2066b\u2069'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['a byte order mark within', 'a\ufeffb'],
  ['a Hangul filler alone', '\u3164'],
  ['a Hangul filler behind', 'ci\u3164'],
  ['a halfwidth filler', 'ci\uffa0'],
  ['a blank of Braille', 'ci\u2800'],
  ['a blank note', 'ci\u{1d159}'],
  ['a variation selector on a letter', 'a\ufe0fb'],
  ['a variation selector on a digit', '1\ufe0f'],
  ['two variation selectors on a picture', '❤\ufe0f\ufe0f'],
  ['a variation selector of the supplement', 'a\u{e0101}'],
  ['a joiner between letters', 'a\u200db'],
  ['a joiner behind a picture', '🚂\u200d'],
  ['a grapheme joiner', 'a\u034fb'],
  ['a soft hyphen', 'Zeug\u00adnis'],
  ['a tag', 'a\u{e0061}'],
  ['a Mongolian separator', 'a\u180eb'],
  ['a character of private use', 'a\ue000'],
  ['a line break', 'a\nb'],
  ['an escape sequence', 'a\u001b[2Jb'],
  ['nothing', ''],
  ['blanks of many kinds', ' \u00a0\u2003\u3000'],
  ['a mark alone', '\u0301'],
  ['a mark before the rest', '\u0301a'],
  ['a heap of marks', `a${marks(NAME_MARKS_MAX + 1)}`],
  ['190 marks', `a${marks(190)}`],
]

const taken: [what: string, name: string, kept: string][] = [
  ['umlauts', 'Prüfung für Größe', 'Prüfung für Größe'],
  ['umlauts in two parts', 'Pru\u0308fung', 'Prüfung'],
  ['blanks around and blanks of other kinds', ' \u00a0§\u00a05  Abs.\u30001 ', '§ 5 Abs. 1'],
  ['an emoji with its selector', 'Achtung ⚠️ ❤️', 'Achtung ⚠️ ❤️'],
  ['emoji that are put together', '👩🏽‍🚀 👨‍👩‍👧 🏴‍☠️ 🇩🇪', '👩🏽‍🚀 👨‍👩‍👧 🏴‍☠️ 🇩🇪'],
  ['Vietnamese in parts', 'Việt'.normalize('NFD'), 'Việt'],
  ['Hebrew with its points', 'שָּׁלוֹם'.normalize('NFC'), 'שָּׁלוֹם'.normalize('NFC')],
  ['Thai and Arabic', 'ที่นี้ العَرَبِيَّة', 'ที่นี้ العَرَبِيَّة'],
  ['as many marks as are allowed', `a${marks(NAME_MARKS_MAX)}`, `a${marks(NAME_MARKS_MAX)}`],
]

test.each(names)('a %s with an invisible name, or one that changes how others appear, is 422', async (_, __, send) => {
  for (const [what, name] of refused) expect([what, (await send(name)).status]).toEqual([what, 422])
})

test.each(names)(
  'the name of a %s is stored composed and with single spaces, in any script',
  async (_, __, send, kept) => {
    for (const [what, name, tidy] of taken) {
      expect([what, (await send(name)).ok]).toEqual([what, true])
      expect(await env.DB.prepare(kept).first('name'), what).toBe(tidy)
    }
  },
)

test.each(names)('the name of a %s is counted in code points after composition', async (_, lengthMax, send) => {
  expect((await send('u\u0308'.repeat(lengthMax))).ok).toBe(true)
  expect((await send('🚂'.repeat(lengthMax))).ok).toBe(true)
  expect((await send('🚂'.repeat(lengthMax + 1))).status).toBe(422)
})

test('two tokens cannot have names that differ only in Unicode normalization', async () => {
  const [, , send] = names[2] ?? []
  expect((await send?.('café am Eck'))?.status).toBe(201)
  for (const name of ['cafe\u0301 am Eck', 'café  am\u00a0Eck', ' café am Eck\u3000']) {
    expect((await send?.(name))?.status, name).toBe(409)
  }
})

test('a name of 60,000 bytes is rejected, whatever it contains', async () => {
  for (const part of ['🚂', '👩🏽‍🚀', 'a\u0335', '\u0335', ' ', '\u00a0', 'e\u0301']) {
    for (const [, , send] of names) {
      const name = part.repeat(60_000 / new TextEncoder().encode(part).length)
      expect((await send(`${name}\u200b`)).status, part).toBe(422)
    }
  }
})
