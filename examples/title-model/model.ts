/**
 * A small language model of characters: each of the last CONTEXT characters is embedded, one hidden layer sees them all, and
 * a softmax says how likely each character is to come next (Bengio et al., 2003). Plain arrays, no library.
 */

/** The first one ends a title, and stands before its beginning; the last one stands for any that is missing here. */
const alphabet = '\nabcdefghijklmnopqrstuvwxyzäöüßABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ0123456789 -–(),.:/&·'
export const CONTEXT = 10
const EMBEDDING = 10
const HIDDEN = 96
const CHARACTERS = alphabet.length
const WIDTH = CONTEXT * EMBEDDING

/** Where in one long array the parameters stand: embeddings, weights and biases of the hidden layer, and of the output. */
const at = { hidden: CHARACTERS * EMBEDDING, hiddenBias: 0, output: 0, outputBias: 0, end: 0 }
at.hiddenBias = at.hidden + WIDTH * HIDDEN
at.output = at.hiddenBias + HIDDEN
at.outputBias = at.output + HIDDEN * CHARACTERS
at.end = at.outputBias + CHARACTERS
export const PARAMETERS = at.end

export const indexOf = (character: string): number =>
  alphabet.includes(character) ? alphabet.indexOf(character) : CHARACTERS - 1

/** The positions of a title to learn from: the characters before, and the one that comes. */
export function examplesOf(title: string): number[][] {
  const characters = [...Array<number>(CONTEXT).fill(0), ...[...title].map(indexOf), 0]
  return characters.slice(CONTEXT).map((_, i) => characters.slice(i, i + CONTEXT + 1))
}

/** Random numbers from 0 to 1 that follow from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Parameters to begin with: small, and smaller where more of them are summed up. */
export function initial(random: () => number): Float32Array {
  const scaleAt = (i: number) =>
    i < at.hidden ? 0.5 : i < at.hiddenBias ? WIDTH ** -0.5 : i < at.output ? 0 : HIDDEN ** -0.5
  return Float32Array.from({ length: PARAMETERS }, (_, i) => (i < at.outputBias ? (2 * random() - 1) * scaleAt(i) : 0))
}

const hidden = new Float32Array(HIDDEN)
/** How likely each character is to come next, after `predict`. */
export const likelihood = new Float32Array(CHARACTERS)

/** Computes `likelihood` for what stands before. */
export function predict(p: Float32Array, example: readonly number[]): void {
  for (let h = 0; h < HIDDEN; h++) hidden[h] = p[at.hiddenBias + h] as number
  for (let i = 0; i < WIDTH; i++) {
    const x = p[(example[(i / EMBEDDING) | 0] as number) * EMBEDDING + (i % EMBEDDING)] as number
    for (let h = 0, w = at.hidden + i * HIDDEN; h < HIDDEN; h++) (hidden[h] as number) += x * (p[w + h] as number)
  }
  for (let c = 0; c < CHARACTERS; c++) likelihood[c] = p[at.outputBias + c] as number
  for (let h = 0; h < HIDDEN; h++) {
    hidden[h] = Math.tanh(hidden[h] as number)
    const x = hidden[h] as number
    for (let c = 0, w = at.output + h * CHARACTERS; c < CHARACTERS; c++)
      (likelihood[c] as number) += x * (p[w + c] as number)
  }
  const highest = likelihood.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (let c = 0; c < CHARACTERS; c++) sum += likelihood[c] = Math.exp((likelihood[c] as number) - highest)
  for (let c = 0; c < CHARACTERS; c++) (likelihood[c] as number) /= sum
}

const hiddenGradient = new Float32Array(HIDDEN)

/** Adds the gradient of one example's loss, which is returned, to `g`. */
export function learn(p: Float32Array, g: Float32Array, example: readonly number[]): number {
  predict(p, example)
  const next = example[CONTEXT] as number
  const loss = -Math.log(Math.max(likelihood[next] as number, 1e-12))
  // From here on, the gradient of the loss by the output.
  ;(likelihood[next] as number) -= 1
  for (let c = 0; c < CHARACTERS; c++) (g[at.outputBias + c] as number) += likelihood[c] as number
  for (let h = 0; h < HIDDEN; h++) {
    const x = hidden[h] as number
    let sum = 0
    for (let c = 0, w = at.output + h * CHARACTERS; c < CHARACTERS; c++) {
      ;(g[w + c] as number) += x * (likelihood[c] as number)
      sum += (p[w + c] as number) * (likelihood[c] as number)
    }
    hiddenGradient[h] = sum * (1 - x * x)
    ;(g[at.hiddenBias + h] as number) += hiddenGradient[h] as number
  }
  for (let i = 0; i < WIDTH; i++) {
    const e = (example[(i / EMBEDDING) | 0] as number) * EMBEDDING + (i % EMBEDDING)
    const x = p[e] as number
    let sum = 0
    for (let h = 0, w = at.hidden + i * HIDDEN; h < HIDDEN; h++) {
      ;(g[w + h] as number) += x * (hiddenGradient[h] as number)
      sum += (p[w + h] as number) * (hiddenGradient[h] as number)
    }
    ;(g[e] as number) += sum
  }
  return loss
}

/** The most likely character after these. */
export const guess = (): number => likelihood.indexOf(Math.max(...likelihood))

/** Goes on with a beginning until the model ends the title. */
export function complete(p: Float32Array, beginning: string): string {
  let text = beginning
  while (text.length < 200) {
    const before = [...Array<number>(CONTEXT).fill(0), ...[...text].map(indexOf)]
    predict(p, before.slice(-CONTEXT))
    const next = guess()
    if (next === 0) break
    text += alphabet[next]
  }
  return text
}
