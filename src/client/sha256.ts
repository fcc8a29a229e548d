/** The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fractions(count: number, exponent: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.map((prime) => Math.floor((prime ** exponent % 1) * 2 ** 32) | 0)
}

const BLOCK_BYTES = 64
const constants = Int32Array.from(fractions(64, 1 / 3))

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length)
const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/**
 * SHA-256 (FIPS 180-4) of bytes that come piece by piece, in browsers and in Node alike: `crypto.subtle` takes only what is
 * in memory as a whole.
 */
export class Sha256 {
  readonly #state = Int32Array.from(fractions(8, 1 / 2))
  readonly #words = new Int32Array(64)
  readonly #rest = new Uint8Array(BLOCK_BYTES)
  #bytes = 0

  update(bytes: Uint8Array): this {
    let from = 0
    const held = this.#bytes % BLOCK_BYTES
    this.#bytes += bytes.length
    if (held > 0) {
      from = Math.min(BLOCK_BYTES - held, bytes.length)
      this.#rest.set(bytes.subarray(0, from), held)
      if (held + from < BLOCK_BYTES) return this
      this.#take(viewOf(this.#rest), 0)
    }
    const view = viewOf(bytes)
    for (; from + BLOCK_BYTES <= bytes.length; from += BLOCK_BYTES) this.#take(view, from)
    this.#rest.set(bytes.subarray(from))
    return this
  }

  /** The digest in hex; nothing can be added after that. */
  digest(): string {
    const bits = this.#bytes * 8
    const padding = new Uint8Array(((BLOCK_BYTES * 2 - 9 - (this.#bytes % BLOCK_BYTES)) % BLOCK_BYTES) + 9)
    padding[0] = 0x80
    const view = new DataView(padding.buffer)
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32))
    view.setUint32(padding.length - 4, bits >>> 0)
    this.update(padding)
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  /** The compression function, with the block that begins at a place. */
  #take(view: DataView, from: number): void {
    const [words, state] = [this.#words, this.#state]
    for (let t = 0; t < 16; t++) words[t] = view.getInt32(from + t * 4)
    for (let t = 16; t < 64; t++) {
      const [w15, w2] = [words[t - 15] as number, words[t - 2] as number]
      const s0 = turn(w15, 7) ^ turn(w15, 18) ^ (w15 >>> 3)
      const s1 = turn(w2, 17) ^ turn(w2, 19) ^ (w2 >>> 10)
      words[t] = (words[t - 16] as number) + s0 + (words[t - 7] as number) + s1
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as Eight
    for (let t = 0; t < 64; t++) {
      const choice = (e & f) ^ (~e & g)
      const majority = (a & b) ^ (a & c) ^ (b & c)
      const t1 =
        (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (constants[t] as number) + (words[t] as number)) | 0
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    const added = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < added.length; i++) state[i] = (state[i] as number) + (added[i] as number)
  }
}

type Eight = [number, number, number, number, number, number, number, number]
