/** Why a body cannot be read: larger than allowed, not UTF-8, not gzip, or the client disconnected before its end. */
export type BodyError = 'too_large' | 'not_utf8' | 'not_gzip' | 'aborted'

/** The text of a request's body, at most `maxBytes` bytes of UTF-8 (unpacked), without a byte order mark. */
export async function readText(
  request: Request,
  maxBytes: number,
  isGzipped = false,
): Promise<{ text: string } | { error: BodyError }> {
  const declared = request.headers.get('Content-Length')
  if (Number(declared) > maxBytes) return { error: 'too_large' }
  // Without `fatal`, bytes of another encoding would become U+FFFD and be stored as such.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  if (declared !== null && !isGzipped) return readWhole(request, maxBytes, decoder)
  const texts: string[] = []
  let bytes = 0
  const body = isGzipped ? request.body?.pipeThrough(new DecompressionStream('gzip')) : request.body
  for await (const chunk of chunksOf(body)) {
    // Of a packed body it cannot be told whether the client has gone, who needs no answer then.
    if (chunk === null) return { error: isGzipped ? 'not_gzip' : 'aborted' }
    bytes += chunk.length
    if (bytes > maxBytes) return { error: 'too_large' }
    const text = decode(decoder, chunk)
    if (text === null) return { error: 'not_utf8' }
    texts.push(text)
  }
  const rest = decode(decoder)
  return rest === null ? { error: 'not_utf8' } : { text: texts.join('') + rest }
}

/** Reads a body of a declared length in one piece, which takes a fraction of the time. */
async function readWhole(request: Request, maxBytes: number, decoder: TextDecoder) {
  const bytes = await request.bytes().catch(() => null)
  if (bytes === null) return { error: 'aborted' } as const
  if (bytes.length > maxBytes) return { error: 'too_large' } as const
  const text = whole(decoder, bytes)
  return text === null ? ({ error: 'not_utf8' } as const) : { text }
}

/** The body in chunks; a final `null` when the client disconnected. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null | undefined): AsyncGenerator<Uint8Array | null> {
  const reader = body?.getReader()
  for (;;) {
    const chunk = await reader?.read().catch(() => null)
    if (chunk === null) yield null
    if (!chunk || chunk.done) return
    yield chunk.value
  }
}

function whole(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The text of a chunk or, without one, what the decoder still holds; `null` when it is not UTF-8. */
function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch {
    return null
  }
}
