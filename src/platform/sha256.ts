/** Bytes in hex. */
export const hexOf = (bytes: ArrayBuffer | Uint8Array): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** SHA-256 of a text, in hex. */
export const sha256 = async (text: string): Promise<string> =>
  hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/** What is written to it is hashed; `digest` is there once it is closed. */
export type DigestSink = WritableStream<ArrayBuffer | ArrayBufferView> & { digest: Promise<ArrayBuffer> }

/** What Workers have beyond the web's `crypto`, whose types are those of other programs that share this code. */
type Hashing = { DigestStream: new (algorithm: string) => DigestSink }

/** Hashes by SHA-256 what is written to it: one part is held at a time. */
export const sha256Sink = (): DigestSink => new (crypto as unknown as Hashing).DigestStream('SHA-256')

/** SHA-256 of a long text, in hex: one part is held at a time. */
export async function sha256OfParts(parts: AsyncIterable<string>): Promise<string> {
  const sink = sha256Sink()
  const writer = sink.getWriter()
  const encoder = new TextEncoder()
  for await (const part of parts) await writer.write(encoder.encode(part))
  await writer.close()
  return hexOf(await sink.digest)
}
