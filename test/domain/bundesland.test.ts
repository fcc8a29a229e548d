import { expect, test } from 'vitest'
import { Bundesland } from '../../src/http/bundesland.ts'
import { bundeslandCodes, bundeslandNames, bundeslandNamesInEnglish } from '../../src/shared/bundeslaender.ts'

const refusal = (value: unknown) => Bundesland.safeParse(value).error?.issues[0]?.message

test.each(bundeslandCodes)('%s is accepted in upper and lower case, with the prefix DE-, and by name', (code) => {
  const name = bundeslandNames[code]
  const spellings = [code, code.toLowerCase(), `DE-${code}`, `de-${code.toLowerCase()}`, ` ${code} `, name]
  const names = [name.toUpperCase(), name.replaceAll('-', ' '), name.replaceAll('ü', 'ue'), name.normalize('NFD')]
  for (const spelling of [...spellings, ...names]) expect(Bundesland.parse(spelling), spelling).toBe(code)
})

test.each([
  ['Bavaria', 'BY'],
  ['lower saxony', 'NI'],
  ['North Rhine Westphalia', 'NW'],
  ['Mecklenburg-Western Pomerania', 'MV'],
  ['Baden-Wurttemberg', 'BW'],
])('%s is accepted, as people write it in English', (name, code) => {
  expect(Bundesland.parse(name)).toBe(code)
})

test('no English name is also the German name of another', () => {
  for (const code of bundeslandCodes) expect(Bundesland.parse(bundeslandNamesInEnglish[code])).toBe(code)
})

test('all 16 of ISO 3166-2:DE exist', () => {
  expect(bundeslandCodes.join(' ')).toBe('BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH')
})

test.each(['', 'XX', 'DE', 'B-Y', 'DE-DE-BY', 'Bayernland', 'constructor', '__proto__'])(
  '%j is refused by name',
  (value) => {
    expect(refusal(value)).toMatch(`Unknown Bundesland ${JSON.stringify(value)};`)
  },
)

test('an error repeats only the beginning of a long value, and nothing that could break an answer', () => {
  expect(refusal('x'.repeat(60_000))).toMatch(`Unknown Bundesland "${'x'.repeat(40)}…";`)
  expect(refusal('\ud800\n"')).toMatch('Unknown Bundesland "\\ud800\\n\\"";')
})
