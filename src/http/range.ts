/** Some bytes of a representation. */
export type Span = { offset: number; length: number }

/**
 * The bytes that a `Range` header asks for (RFC 9110). Several ranges are answered with everything, as a server may.
 *
 * @returns `null`: everything; `unsatisfiable`: none of its bytes exist
 */
export function readRange(header: string | undefined, size: number): Span | null | 'unsatisfiable' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  const offset = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < offset) return null
  return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 }
}
