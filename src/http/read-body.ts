/** Why a body is none: larger than allowed, no UTF-8, or its client went away in the midst of it. */
export type BodyFlaw = 'too_large' | 'not_utf8' | 'broken_off'

/** The text of a request's body, of at most `maxBytes` bytes of UTF-8; a byte order mark is not part of it. */
export async function readText(request: Request, maxBytes: number): Promise<{ text: string } | { flaw: BodyFlaw }> {
  if (Number(request.headers.get('Content-Length')) > maxBytes) return { flaw: 'too_large' }
  // Without `fatal` every byte of another encoding would become U+FFFD, and be stored as that.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  const texts: string[] = []
  let bytes = 0
  for await (const chunk of chunksOf(request)) {
    if (chunk === null) return { flaw: 'broken_off' }
    bytes += chunk.length
    if (bytes > maxBytes) return { flaw: 'too_large' }
    const text = decoded(decoder, chunk)
    if (text === null) return { flaw: 'not_utf8' }
    texts.push(text)
  }
  const last = decoded(decoder)
  return last === null ? { flaw: 'not_utf8' } : { text: texts.join('') + last }
}

/** The body as it comes; `null` at its end when it broke off. */
async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array | null> {
  const reader = body?.getReader()
  for (;;) {
    const read = await reader?.read().catch(() => null)
    if (read === null) yield null
    if (!read || read.done) return
    yield read.value
  }
}

/** What a piece of the text says, or without one what is left; `null` when it is not UTF-8. */
function decoded(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch {
    return null
  }
}
