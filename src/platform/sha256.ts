const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** SHA-256 of a text, in hex. */
export const sha256 = async (text: string): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/** What Workers have beyond the web's `crypto`, whose types are those of other programs that share this code. */
type Hashing = {
  DigestStream: new (algorithm: string) => WritableStream<Uint8Array> & { digest: Promise<ArrayBuffer> }
}

/** SHA-256 of a long text, in hex: one part is held at a time. */
export async function sha256OfParts(parts: AsyncIterable<string>): Promise<string> {
  const digest = new (crypto as unknown as Hashing).DigestStream('SHA-256')
  const writer = digest.getWriter()
  const encoder = new TextEncoder()
  for await (const part of parts) await writer.write(encoder.encode(part))
  await writer.close()
  return hex(await digest.digest)
}
