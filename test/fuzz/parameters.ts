import fc from 'fast-check'
import type { Document, Parameter } from '../document.ts'
import { isLenient, noPaths, parameterMeaning } from './meanings.ts'
import { digestOf, type Plan } from './request.ts'
import { read, valid } from './valid.ts'

/** A parameter with its encoded values: none omits it, several repeat it. */
export type Piece = { name: string; in: Parameter['in']; values: string[] }

/** A parameter that differs from the document. */
export type NearValidPiece = { piece: Piece; mutation: string; mustBeRefused: boolean }

/** What stands for something that the service has made. */
const reference = /(\{[a-z]+(?::\w+)?\})/

/** Encoded for an address, but for references; a header takes the text unchanged. */
const encoded = (where: Parameter['in'], text: string) =>
  where === 'header'
    ? text
    : text
        .split(reference)
        .map((part, at) => (at % 2 === 1 ? part : encodeURIComponent(part)))
        .join('')

/** The folders of a file's path are segments of the address. */
const withFolders = (name: string, text: string) => (name === 'path' ? text.replaceAll('%2F', '/') : text)

export function validParameter(document: Document, path: string, parameter: Parameter): fc.Arbitrary<Piece> {
  const { name, in: where, required } = parameter
  const facts = read(document, parameter.schema)
  const meant = parameterMeaning(path, name)
  const one = meant ?? valid(document, facts.items ?? parameter.schema).map(String)
  const values = facts.items ? fc.array(one, { minLength: 1, maxLength: 4 }) : one.map((value) => [value])
  const left: fc.Arbitrary<string[]> = fc.constant([])
  const given = required ? values : fc.oneof({ weight: 2, arbitrary: left }, { weight: 1, arbitrary: values })
  return given.map((list) => ({
    ...{ name, in: where },
    values: list.map((value) => withFolders(name, encoded(where, value))),
  }))
}

/** The path, query and headers for a request's parameters. */
export function assembled(path: string, pieces: Piece[]): Pick<Plan, 'path' | 'query' | 'headers'> {
  const of = (where: Parameter['in']) => pieces.filter((piece) => piece.in === where)
  return {
    path: of('path').reduce((filled, { name, values }) => filled.replace(`{${name}}`, () => values.join('')), path),
    query: of('query').flatMap(({ name, values }) => values.map((value) => `${name}=${value}`)),
    headers: of('header').flatMap(({ name, values }) => values.map((value): [string, string] => [name, value])),
  }
}

/** The path of a request to an operation with another value for one of its parameters. */
export function withSegment(path: string, template: string, name: string, value: string): string {
  const at = template.split('/').indexOf(`{${name}}`)
  const segments = path.split('/')
  // The path of a file comes last, and has slashes itself.
  const after = name === 'path' ? [] : segments.slice(at + 1)
  return [...segments.slice(0, at), value, ...after].join('/')
}

/** Variants of a parameter's values, and whether they must be refused. */
type Variants = fc.Arbitrary<[mutation: string, values: string[], mustBeRefused: boolean]>

export function nearValidParameter(
  document: Document,
  path: string,
  parameter: Parameter,
): fc.Arbitrary<NearValidPiece> {
  const { name, in: where } = parameter
  return variants(document, path, parameter).map(([mutation, values, mustBeRefused]) => ({
    piece: { name, in: where, values: values.map((value) => encoded(where, value)) },
    mutation: `${where} ${name}: ${mutation}`,
    mustBeRefused,
  }))
}

function variants(document: Document, path: string, parameter: Parameter): Variants {
  const facts = read(document, parameter.schema)
  const inner = facts.items ? read(document, facts.items) : facts
  const all: Variants[] = []
  const add = (mutation: string, mustBeRefused: boolean, ...texts: string[]) =>
    all.push(fc.constantFrom(...texts).map((text) => [mutation, [text], mustBeRefused]))
  if (parameter.in === 'path') return inPath(path, parameter.name)
  if (parameter.name.startsWith('If-')) return etags(parameter.name === 'If-Match')
  if (parameter.required) all.push(fc.constant(['missing', [], true]))
  if (parameter.in === 'query' && !facts.items) all.push(fc.constant(['twice', ['1', '1'], false]))
  if (inner.words) {
    add('not one of its words', !isLenient(inner), 'word', '', ' ', ...inner.words.map((word) => `${word}x`))
    add(
      'in another case',
      !isLenient(inner),
      ...inner.words.map((word) => String(word).toUpperCase()).filter((word) => !inner.words?.includes(word)),
      'wORD',
    )
  }
  if (inner.types[0] === 'boolean') add('no boolean', true, '1', 'yes', 'TRUE', '', 'null')
  if (inner.types[0] === 'integer') {
    add('no whole number', true, 'ten', '1.5', '', ' 5', '1e1', '0x5', '٣', 'null')
    add('a bound crossed', true, String(inner.minimum - 1))
    if (inner.maximum < 1e9) add('a bound crossed', true, String(inner.maximum + 1), '9'.repeat(16))
  }
  if (inner.pattern !== undefined) {
    const off = fc
      .string()
      .filter(
        (one) =>
          !new RegExp(inner.pattern ?? '').test(one.trim()) && (parameter.in === 'query' || /^[ -~]*$/.test(one)),
      )
    all.push(off.map((text) => ['off its pattern', [text], !isLenient(inner)]))
  }
  if (parameter.name === 'Repr-Digest') add('of other bytes', true, digestOf(Buffer.from('other bytes')))
  if (inner.types[0] === 'string' && !inner.words) {
    add('invented', false, '42', 'x', '1.1', '999999999.999999999', 'NDI', '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11')
    add('long', inner.maxLength !== undefined, 'x'.repeat((inner.maxLength ?? 1_000) + 1))
  }
  return fc.oneof(...all)
}

/** Unknown ids, and ids of another kind. Only documents have ids that clients choose. */
function inPath(path: string, name: string): Variants {
  if (name === 'path') return fc.constantFrom(...noPaths).map((value) => ['no path of a file', [value], true])
  if (name !== 'id') return fc.constantFrom(...noNumbers).map((value) => ['a number of nothing', [value], true])
  const kind = /\/(job|model|token|document)s\//.exec(path)?.[1]?.replace('model', 'version')
  const others = ['{job:0}', '{version:0}', '{document:0}', '{token:0}'].filter((one) => one !== `{${kind}:0}`)
  const ids = ['5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11', 'x', '999999999999999', '0', '01', '1.0', ' ', ...others]
  return fc.constantFrom(...ids).map((id) => ['an id of nothing', [id], kind !== 'document'])
}

/** Neither a number of an upload nor one of a part. */
const noNumbers = ['0', '01', '1.0', '-1', '999999999', '9'.repeat(16), 'x', ' ']

/** Tags that do not match: a conditional command is refused, a read is answered. */
function etags(isCommand: boolean): Variants {
  return fc.constantFrom(
    ['no tag of it', ['"99999-0-e99999"'], isCommand],
    ['a weak tag', ['W/{etag}'], isCommand],
    ['no tag at all', ['99999'], isCommand],
    ['empty', [''], false],
  )
}
