import fc from 'fast-check'
import { changedAt, type Json, raw, sizeOf, toText } from './json.ts'

/** Values and bodies as an attacker or a broken client sends them. */

/** The words of a text. */
export const list = (text: string): string[] => text.trim().split(/\s+/)

/** Properties that every JavaScript object has. */
export const inherited = list('__proto__ constructor prototype toString hasOwnProperty then toJSON length')

/** What most often breaks software: lone surrogates, NUL, line breaks, lengths, inherited property names. */
const worst = fc.constantFrom(
  ...[
    '\0',
    'a\0b',
    '\ud800',
    'a\udc00b',
    `a${'😀'.repeat(90)}`,
    '__proto__',
    '',
    '\r\nX-Injected: 1',
    'x'.repeat(10_000),
  ],
)

/** Text with a meaning to some reader: a parser, a terminal, a database, a log. */
export const strings: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: worst },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...inherited,
      ...list(String.raw`NaN -Infinity null undefined -0 1e309 0x10 1_000 ٣ ½ \ " %00 %s%n ../../x ﬀﬁﬂ İSTANBUL ſn`),
      ...list('#{7*7} {{7*7}} <script>alert(1)</script> B\u200bY \u202eYB 👩‍👩‍👧‍👦 Z͑ͫ̓ͪ̂ͫ̽'),
      ...[
        '\x01\x1f\x7f\x85',
        '\n\ndata: forged\n\n',
        '\ufeffBY',
        '[object Object]',
        '\ufffe\uffff',
        'e\u0301'.repeat(99),
      ],
      ...["'; DROP TABLE jobs; --", '" OR 1=1', ' '.repeat(1_000), '𝄞'.repeat(3_000), '\ud83d'.repeat(500)],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

const numbers = fc.constantFrom(
  ...list('1e309 -1e309 1e-400 -0 -0.0 1E5 0.1e1 10.0 9007199254740993 1e21 5e-324 -9223372036854775809 4294967296'),
  ...[`1${'0'.repeat(400)}`, `0.${'0'.repeat(400)}1`],
)

/** Text that some parsers accept, although it is not JSON. */
const noJson = fc.constantFrom(...list(`NaN Infinity 01 +1 .5 1. 0x10 1_000 1e --1 'a' undefined`))

const nested = (depth: number, open: string, close: string) => raw(open.repeat(depth) + close.repeat(depth))

const structures: fc.Arbitrary<Json> = fc.oneof(
  fc.nat({ max: 10_000 }).map((depth) => nested(depth + 1, '[', ']')),
  fc.nat({ max: 5_000 }).map((depth) => raw(`${'{"a":'.repeat(depth + 1)}1${'}'.repeat(depth + 1)}`)),
  fc.constantFrom(15, 16, 17).map((depth) => nested(depth, '[', ']')),
  fc.constantFrom(1_000, 1_001, 9_000).map((elements) => raw(`[${Array(elements).fill('0').join(',')}]`)),
  fc.constantFrom(...inherited).map((key): Json => ({ members: [[key, { members: [['role', 'admin']] }]] })),
)

const values: fc.Arbitrary<[mutation: string, value: Json]> = fc.oneof(
  strings.map((text): [string, Json] => ['edge-case string', text]),
  numbers.map((text): [string, Json] => ['edge-case number', raw(text)]),
  noJson.map((text): [string, Json] => ['no JSON', raw(text)]),
  structures.map((value): [string, Json] => ['edge-case structure', value]),
)

/** The text of a valid value with an edge case in it, or of another value, and what was changed. */
export function edgeTexts(sound: fc.Arbitrary<Json>): fc.Arbitrary<[mutation: string, text: string]> {
  const place = fc.nat(100)
  const replaced = fc.tuple(sound, place, values).map(([value, at, [mutation, edge]]): [string, string] => {
    return [mutation, toText(changedAt(value, at % sizeOf(value), () => edge))]
  })
  const keys = fc.oneof(fc.constantFrom(...inherited), strings)
  const added = fc.tuple(sound, place, keys, values).map(([value, at, key, [, edge]]): [string, string] => {
    return ['edge-case field', toText(changedAt(value, at % sizeOf(value), (one) => withMember(one, key, edge)))]
  })
  const twice = fc.tuple(sound, keys).map(([value, key]): [string, string] => {
    return ['edge-case field twice', toText(withMember(withMember(value, key, 1), key, 2))]
  })
  const scraps = fc.constantFrom('', '\0', '\u2028', ...list(String.raw`} ] , \ " /* // '`))
  const broken = fc.tuple(sound, place, scraps).map(([value, at, scrap]): [string, string] => {
    const text = toText(value)
    const cut = Math.floor((text.length * at) / 100)
    return ['broken text', text.slice(0, cut) + scrap + (at % 2 === 0 ? text.slice(cut) : '')]
  })
  const others = fc.constantFrom('', ' ', '\0', ...list('null [] {} 0 "" true {"a":1}{"a":2} name=x&role=admin [ {"'))
  return fc.oneof(
    replaced,
    replaced,
    added,
    twice,
    broken,
    others.map((text): [string, string] => ['another body', text]),
  )
}

function withMember(value: Json, key: string, edge: Json): Json {
  const isObject = typeof value === 'object' && value !== null && 'members' in value
  return isObject ? { members: [...value.members, [key, edge]] } : edge
}
