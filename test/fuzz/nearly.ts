import fc from 'fast-check'
import type { Document, Schema } from '../document.ts'
import { type Json, raw } from './json.ts'
import { isLenient } from './meanings.ts'
import { read, repeatedly, valid } from './valid.ts'

/** A value that is valid but for one thing. */
export type Wrong = {
  value: Json
  /** What, and where. */
  twist: string
  mustBeRefused: boolean
}

type Said = ReturnType<typeof read>

/** Values that a schema lets pass but for one thing: a bound crossed, a wrong type, a field that is missing … */
export function nearly(document: Document, schema: Schema, place: string): fc.Arbitrary<Wrong> {
  const said = read(document, schema)
  const wrong = (twist: string, mustBeRefused = true) => {
    const at = `${place || 'body'}: ${twist}`
    return (value: Json): Wrong => ({ value, twist: at, mustBeRefused })
  }
  const own = [
    wrongType(said).map(wrong('wrong type')),
    ...crossed(said).map(([twist, value]) => value.map(wrong(twist))),
  ]
  if (said.words) own.push(...otherWords(said).map(([twist, value]) => value.map(wrong(twist, !isLenient(said)))))
  if (said.properties) own.push(...misshapen(document, said, place), ...inProperties(document, said))
  if (said.items) own.push(...inItems(document, said, place))
  return fc.oneof(...own)
}

const values: Record<string, Json[]> = {
  null: [null],
  boolean: [true, false],
  integer: [0, 7, raw('1e3')],
  number: [0.5, raw('5e-1')],
  string: ['', 'word', '10', 'true', 'null'],
  array: [[], [[]], ['word'], [1]],
  object: [{ members: [] }, { members: [['name', 'word']] }],
}

function wrongType({ types, isNullable }: Said): fc.Arbitrary<Json> {
  const right = [...types, ...(types.includes('number') ? ['integer'] : []), ...(isNullable ? ['null'] : [])]
  const others = Object.keys(values).filter((type) => !right.includes(type))
  return fc.constantFrom(...others.flatMap((type) => values[type] ?? []))
}

/** A step across each bound. */
function crossed(said: Said): [string, fc.Arbitrary<Json>][] {
  const { types, minimum, maximum, minLength, maxLength, pattern, format, minItems } = said
  if (said.words) return []
  switch (types[0]) {
    case 'integer':
      return [['a bound crossed', fc.constantFrom<Json>(minimum - 1, maximum + 1, maximum + 0.5, raw('1e309'))]]
    case 'number':
      return [['a bound crossed', fc.constantFrom<Json>(minimum * 0.999 - 1e-9, maximum * 1.001, -1, raw('-1e309'))]]
    case 'string': {
      const long = fc.constantFrom(...[1, 2, 300].map((more) => 'x'.repeat((maxLength ?? 0) + more)))
      const empty = fc.constantFrom('', ' ', '\t \u3000')
      const other = fc.string().filter((one) => !new RegExp(pattern ?? '', 'u').test(one))
      const noTime = fc.constantFrom(
        'tomorrow',
        '',
        '2200-13-01T00:00:00Z',
        '2200-01-01',
        '2020-01-01T00:00:00Z',
        '9999-12-31T23:59:59-23:59',
      )
      if (format === 'date-time') return [['no coming moment', noTime]]
      return [
        ...(maxLength === undefined ? [] : [['too long', long] as [string, fc.Arbitrary<Json>]]),
        ...(minLength > 0 ? [['too short', empty] as [string, fc.Arbitrary<Json>]] : []),
        ...(pattern ? [['off its pattern', other] as [string, fc.Arbitrary<Json>]] : []),
      ]
    }
    case 'array': {
      const few: fc.Arbitrary<Json> = fc.constant([])
      return minItems > 0 ? [['too few', few]] : []
    }
    default:
      return []
  }
}

function otherWords({ words = [] }: Said): [string, fc.Arbitrary<Json>][] {
  const known = words.map(String)
  const cased = known.map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase()))
  return [
    ['not one of its words', fc.constantFrom('', 'word', ' ', '__proto__', ...known.map((word) => `${word}x`))],
    ['in another case', fc.constantFrom(...cased)],
  ]
}

type Members = { members: [string, Json][] }

function whole(document: Document, said: Said): fc.Arbitrary<Members> {
  return valid(document, { $ref: `#/components/schemas/${said.name}` }) as fc.Arbitrary<Members>
}

/** The object with a field missing, one too many, or one twice. */
function misshapen(document: Document, said: Said, place: string): fc.Arbitrary<Wrong>[] {
  const at = place || 'body'
  const without = said.required.map((key) =>
    whole(document, said).map(({ members }): Wrong => {
      const value = { members: members.filter(([one]) => one !== key) }
      return { value, twist: `${at}: without ${key}`, mustBeRefused: true }
    }),
  )
  const unknown = fc.tuple(whole(document, said), fc.constantFrom('note', 'ID', 'Name', '', 'x-y')).map(
    ([{ members }, key]): Wrong => ({
      value: { members: [...members, [key, 'word']] },
      twist: `${at}: with the unknown field ${key}`,
      mustBeRefused: false,
    }),
  )
  const twice = fc.tuple(whole(document, said), fc.nat(9)).map(([{ members }, nth]): Wrong => {
    const member = members[nth % members.length] ?? ['name', 'word']
    const once = members.length > 0 ? members : [member]
    return { value: { members: [...once, member] }, twist: `${at}: ${member[0]} twice`, mustBeRefused: true }
  })
  return [...without, unknown, twice]
}

function inProperties(document: Document, said: Said): fc.Arbitrary<Wrong>[] {
  return Object.entries(said.properties ?? {}).map(([key, schema]) =>
    fc.tuple(whole(document, said), nearly(document, schema, `${said.name}.${key}`)).map(([{ members }, wrong]) => {
      const others = members.filter(([one]) => one !== key)
      return { ...wrong, value: { members: [...others, [key, wrong.value]] as [string, Json][] } }
    }),
  )
}

function inItems(document: Document, said: Said, place: string): fc.Arbitrary<Wrong>[] {
  const schema = said.items ?? {}
  const others = fc.array(valid(document, schema), { maxLength: 2 })
  const many = valid(document, schema).map((one): Wrong => {
    const value = repeatedly(one, (said.maxItems ?? 0) + 1)
    return { value, twist: `${place}: one too many`, mustBeRefused: true }
  })
  return [
    ...(said.maxItems === undefined ? [] : [many]),
    fc
      .tuple(others, nearly(document, schema, `${place}[]`))
      .map(([before, wrong]) => ({ ...wrong, value: [...before, wrong.value] })),
  ]
}
