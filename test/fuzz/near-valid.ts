import fc from 'fast-check'
import type { Document, Schema } from '../document.ts'
import { type Json, raw } from './json.ts'
import { isLenient, noPaths } from './meanings.ts'
import { plain, read, repeatedly, valid } from './valid.ts'

/** A value that is valid except for one change. */
export type NearValid = {
  value: Json
  /** The change, and its place. */
  mutation: string
  mustBeRefused: boolean
}

type SchemaFacts = ReturnType<typeof read>

/** Values that fit a schema except for one change: a crossed bound, a wrong type, a missing field … */
export function nearValid(document: Document, schema: Schema, place: string): fc.Arbitrary<NearValid> {
  const facts = read(document, schema)
  const wrong = (mutation: string, mustBeRefused = true) => {
    const at = `${place || 'body'}: ${mutation}`
    return (value: Json): NearValid => ({ value, mutation: at, mustBeRefused })
  }
  // A schema that leaves everything open refuses nothing.
  if (facts.types[0] === undefined && !facts.words) return valid(document, schema).map(wrong('anything', false))
  const own = [
    wrongType(facts).map(wrong('wrong type')),
    ...crossed(facts).map(([mutation, value]) => value.map(wrong(mutation))),
  ]
  if (facts.words)
    own.push(...otherWords(facts).map(([mutation, value]) => value.map(wrong(mutation, !isLenient(facts)))))
  if (facts.properties) own.push(...changedObjects(document, facts, place), ...inProperties(document, facts))
  if (facts.items) own.push(...inItems(document, facts, place))
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

function wrongType({ types, isNullable }: SchemaFacts): fc.Arbitrary<Json> {
  const right = [...types, ...(types.includes('number') ? ['integer'] : []), ...(isNullable ? ['null'] : [])]
  const others = Object.keys(values).filter((type) => !right.includes(type))
  return fc.constantFrom(...others.flatMap((type) => values[type] ?? []))
}

/** A value beyond each bound. */
function crossed(facts: SchemaFacts): [string, fc.Arbitrary<Json>][] {
  const { types, minimum, maximum, minLength, maxLength, pattern, format, minItems } = facts
  if (facts.words) return []
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
      if (format === 'artifact-path') return [['no path of a file', fc.constantFrom(...noPaths)]]
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

function otherWords({ words = [] }: SchemaFacts): [string, fc.Arbitrary<Json>][] {
  const texts = words.map(String)
  const cased = texts.map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase()))
  return [
    ['not one of its words', fc.constantFrom('', 'word', ' ', '__proto__', ...texts.map((word) => `${word}x`))],
    ['in another case', fc.constantFrom(...cased)],
  ]
}

type Members = { members: [string, Json][] }

function whole(document: Document, facts: SchemaFacts): fc.Arbitrary<Members> {
  return plain(document, facts) as fc.Arbitrary<Members>
}

/** The object with a missing, an unknown or a duplicate field. */
function changedObjects(document: Document, facts: SchemaFacts, place: string): fc.Arbitrary<NearValid>[] {
  const at = place || 'body'
  const without = facts.required.map((key) =>
    whole(document, facts).map(({ members }): NearValid => {
      const value = { members: members.filter(([one]) => one !== key) }
      return { value, mutation: `${at}: without ${key}`, mustBeRefused: true }
    }),
  )
  const unknown = fc.tuple(whole(document, facts), fc.constantFrom('note', 'ID', 'Name', '', 'x-y')).map(
    ([{ members }, key]): NearValid => ({
      value: { members: [...members, [key, 'word']] },
      mutation: `${at}: with the unknown field ${key}`,
      mustBeRefused: false,
    }),
  )
  const twice = fc.tuple(whole(document, facts), fc.nat(9)).map(([{ members }, nth]): NearValid => {
    const member = members[nth % members.length] ?? ['name', 'word']
    const once = members.length > 0 ? members : [member]
    return { value: { members: [...once, member] }, mutation: `${at}: ${member[0]} twice`, mustBeRefused: true }
  })
  return [...without, unknown, twice]
}

function inProperties(document: Document, facts: SchemaFacts): fc.Arbitrary<NearValid>[] {
  return Object.entries(facts.properties ?? {}).map(([key, schema]) =>
    fc
      .tuple(whole(document, facts), nearValid(document, schema, `${facts.name}.${key}`))
      .map(([{ members }, wrong]) => {
        const others = members.filter(([one]) => one !== key)
        return { ...wrong, value: { members: [...others, [key, wrong.value]] as [string, Json][] } }
      }),
  )
}

function inItems(document: Document, facts: SchemaFacts, place: string): fc.Arbitrary<NearValid>[] {
  const schema = facts.items ?? {}
  const others = fc.array(valid(document, schema), { maxLength: 2 })
  const many = valid(document, schema).map((one): NearValid => {
    const value = repeatedly(one, (facts.maxItems ?? 0) + 1)
    return { value, mutation: `${place}: one too many`, mustBeRefused: true }
  })
  return [
    ...(facts.maxItems === undefined ? [] : [many]),
    fc
      .tuple(others, nearValid(document, schema, `${place}[]`))
      .map(([before, wrong]) => ({ ...wrong, value: [...before, wrong.value] })),
  ]
}
