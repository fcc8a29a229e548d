import fc from 'fast-check'
import { nameErrorIn, tidyName } from '../../src/platform/name.ts'
import type { Document, Schema } from '../document.ts'
import type { Json } from './json.ts'
import { filePath, meaningOf } from './meanings.ts'
import { resolved } from './operations.ts'

/** Keywords of JSON Schema that do not constrain a value. */
const silent = ['description', 'example', 'examples', 'default', 'name', 'additionalProperties', '$ref']
const understood = [
  ...['type', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format'],
  ...['items', 'minItems', 'maxItems', 'properties', 'required', ...silent],
]

/** A schema's constraints, with references resolved. Throws on an unknown keyword, which must not be ignored. */
export function read(document: Document, schema: Schema) {
  const found = resolved(document, schema)
  const unknown = Object.keys(found).filter((keyword) => !understood.includes(keyword))
  if (unknown.length > 0) throw new Error(`The fuzz does not know the keyword ${unknown}: teach test/fuzz/valid.ts`)
  const { name = '', type, enum: words, minimum = -1e9, maximum = 1e9, pattern, format, items } = found
  const types = [type].flat() as string[]
  return {
    name,
    types: types.filter((one) => one !== 'null'),
    isNullable: types.includes('null'),
    words: words as (string | boolean)[] | undefined,
    minimum: minimum as number,
    maximum: maximum as number,
    minLength: (found.minLength as number | undefined) ?? 0,
    maxLength: found.maxLength as number | undefined,
    pattern: pattern as string | undefined,
    format: format as string | undefined,
    items: items as Schema | undefined,
    minItems: (found.minItems as number | undefined) ?? 0,
    maxItems: found.maxItems as number | undefined,
    properties: found.properties as Record<string, Schema> | undefined,
    /** The values of a map. */
    others: typeof found.additionalProperties === 'object' ? (found.additionalProperties as Schema) : undefined,
    required: (found.required as string[] | undefined) ?? [],
  }
}

/** Values that fit a schema. `place` (`Component.property`) selects rules that the schema cannot express. */
export function valid(document: Document, schema: Schema, place = ''): fc.Arbitrary<Json> {
  const facts = read(document, schema)
  const meant = meaningOf(place)
  const value = meant ?? plain(document, facts)
  return facts.isNullable
    ? fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
    : value
}

/** The same, without meaning and null. */
export function plain(document: Document, facts: ReturnType<typeof read>): fc.Arbitrary<Json> {
  const { name, types, words, minimum, maximum, items, minItems, maxItems, properties, others, required } = facts
  if (words) return fc.constantFrom(...words.filter((word) => word !== null))
  switch (types[0]) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum))
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true })
    case 'string':
      return text(facts)
    case 'array':
      return list(valid(document, items ?? {}), minItems, maxItems)
    case undefined:
      return anything
    case 'object':
      if (properties === undefined && others !== undefined) return map(valid(document, others))
      return fc
        .record(
          Object.fromEntries(
            Object.entries(properties ?? {}).map(([key, one]) => [key, valid(document, one, `${name}.${key}`)]),
          ),
          { requiredKeys: required },
        )
        .map((fields) => ({ members: Object.entries(fields) as [string, Json][] }))
    default:
      throw new Error(`The fuzz does not know the type ${types}: teach test/fuzz/valid.ts`)
  }
}

/** Where the schema leaves everything open, as for what a runner reports: some points, lines and nonsense. */
const anything: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  ...[null, 7, 'word', [], { members: [] }],
  {
    members: [
      ['step', 7],
      [
        'metrics',
        {
          members: [
            ['loss', 0.5],
            ['grad', 'NaN'],
          ],
        },
      ],
    ],
  },
  {
    members: [
      ['step', 'seven'],
      ['metrics', []],
    ],
  },
  {
    members: [
      ['stream', 'stderr'],
      ['text', 'word'],
    ],
  },
)

/** A map of some short names. */
const map = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'seed', 'lr', 'x-y', 'ü'), value), {
      maxLength: 4,
      selector: ([key]) => key,
    })
    .map((members) => ({ members }))

/** A list, rarely of the maximum length. Elements with an id are unique. */
function list(item: fc.Arbitrary<Json>, minLength: number, maxLength = 100): fc.Arbitrary<Json> {
  const short = fc.uniqueArray(item, { minLength, maxLength, selector: (one) => idOf(one) ?? Symbol() })
  const long = item.map((one) => repeatedly(one, maxLength))
  return fc.oneof({ weight: 30, arbitrary: short }, { weight: 1, arbitrary: long })
}

/** The value repeated; elements with an id get different ones. */
export function repeatedly(value: Json, times: number): Json[] {
  const withId = (at: number): Json => {
    if (idOf(value) === undefined) return value
    const { members } = value as { members: [string, Json][] }
    return { members: members.map(([key, one]) => [key, key === 'id' ? `many-${at}` : one]) }
  }
  return Array.from({ length: times }, (_, at) => withId(at))
}

function idOf(value: Json): unknown {
  const isObject = typeof value === 'object' && value !== null && 'members' in value
  return isObject ? value.members.find(([key]) => key === 'id')?.[1] : undefined
}

function text({ pattern, format, minLength, maxLength = 100 }: ReturnType<typeof read>): fc.Arbitrary<string> {
  // What else a path may have, no pattern says: it is normalized.
  if (format === 'artifact-path') return filePath
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  if (format === 'uri') return fc.webUrl({ withQueryParameters: true, withFragments: true })
  if (format === 'uuid') return fc.uuid()
  if (format !== undefined) throw new Error(`The fuzz does not know the format ${format}: teach test/fuzz/valid.ts`)
  return fc.oneof(
    { weight: 4, arbitrary: words(minLength, maxLength) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(maxLength), '𝄞'.repeat(maxLength)) },
  )
}

/** Text as people write it, in any script. Schemas cannot express that a name must be visible. */
function words(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) })
    .filter((one) => (one === '' ? minLength === 0 : nameErrorIn(tidyName(one), maxLength) === null))
}
