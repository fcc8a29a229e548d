/**
 * Trains the language model of model.ts on the titles of a job's documents, as the command of a runner:
 *
 *   node runner.mjs --model-type general -- node train.ts
 *
 * It knows nothing of Stellwerk but variables of its environment (`runner.mjs --help`) and lines that begin with `::`.
 * The same job always gives the same curve, also if it was interrupted: everything random follows from the seed, and a
 * checkpoint holds all that the next step depends on.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONTEXT, examplesOf, guess, initial, learn, likelihood, PARAMETERS, predict, randomFrom } from './model.ts'

const env = (name: string): string => {
  const value = process.env[`STELLWERK_${name}`]
  if (value === undefined) throw new Error(`STELLWERK_${name} is not set: this is the command of a runner`)
  return value
}
const { config, params } = JSON.parse(readFileSync(env('JOB'), 'utf8'))
const seed = Number(params.seed ?? 17)

/** Steps between two points of the curve, and between two validations, after each of which a checkpoint is saved. */
const STEPS_PER_POINT = 10
const STEPS_PER_VALIDATION = 100
/** Every so many works are held out. */
const HELD_OUT = 5

type Values = Record<string, number>
const say = (kind: string, values: object) => console.log(`::${kind} ${JSON.stringify(values)}`)

// The same work stands in many Länder under nearly the same title: if one of them were learnt from and another one
// validated with, the model would only have to remember. So whole works are held out.
const titles = readFileSync(env('DATASET'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line).title as string)
const workOf = (title: string) => title.replace(/ \([^()]*\)$/, '')
const works = shuffled([...new Set(titles.map(workOf))].sort(), randomFrom(seed))
const heldOut = new Set(works.filter((_, i) => i % HELD_OUT === 0))
const training = titles.filter((title) => !heldOut.has(workOf(title))).flatMap(examplesOf)
const validation = titles.filter((title) => heldOut.has(workOf(title))).flatMap(examplesOf)
if (training.length === 0 || validation.length === 0) throw new Error('The job has too few documents')

const stepsPerEpoch = Math.ceil(training.length / config.batch_size)
const totalSteps = config.epochs * stepsPerEpoch

/** All that the next step depends on. */
type State = {
  /** Steps done. */
  steps: number
  /** The parameters, and Adam's two averages of their gradients. */
  p: Float32Array
  m: Float32Array
  v: Float32Array
  /** The losses since the last point. */
  losses: number[]
  /** The parameters with the lowest validation loss, and their metrics. */
  best: Float32Array
  metrics: Values
}

const from = process.env.STELLWERK_RESUME_FROM
const state = from === undefined ? beginning() : load(join(from, 'state.json'))
console.log(
  `${titles.length} titles of ${works.length} works, ${heldOut.size} of them held out; ${PARAMETERS} parameters; ` +
    `${totalSteps} steps from ${state.steps} on`,
)

const gradient = new Float32Array(PARAMETERS)
for (let order: number[] = []; state.steps < totalSteps; ) {
  const step = state.steps
  const inEpoch = step % stepsPerEpoch
  // Each epoch in an order of its own, which a resumed training finds again.
  if (order.length === 0 || inEpoch === 0)
    order = shuffled([...training.keys()], randomFrom(seed + 1 + Math.floor(step / stepsPerEpoch)))
  const batch = order.slice(inEpoch * config.batch_size, (inEpoch + 1) * config.batch_size)
  const learningRate = config.learning_rate * Math.min(1, (step + 1) / Math.max(1, config.warmup_steps))
  state.losses.push(takeStep(batch, learningRate))
  state.steps = step + 1

  const isValidated = state.steps % STEPS_PER_VALIDATION === 0 || state.steps === totalSteps
  if (state.steps % STEPS_PER_POINT === 0 || isValidated) {
    const loss = state.losses.reduce((a, b) => a + b) / state.losses.length
    const validated = isValidated ? validate(state.p) : {}
    const place = { step, total_steps: totalSteps, epoch: state.steps / stepsPerEpoch }
    say('metrics', { ...place, loss, learning_rate: learningRate, ...validated })
    state.losses = []
    if ((validated.val_loss ?? Number.POSITIVE_INFINITY) < (state.metrics.val_loss ?? Number.POSITIVE_INFINITY)) {
      state.best = state.p.slice()
      state.metrics = validated
    }
  }
  const mustStop = existsSync(env('STOP_FILE'))
  if (isValidated || mustStop) save(step)
  if (mustStop && state.steps < totalSteps) process.exit(0)
}

writeFileSync(
  join(env('MODEL_DIR'), 'model.json'),
  JSON.stringify({ metrics: state.metrics, parameters: encode(state.best) }),
)
say('completed', state.metrics)

/** Adam with decoupled weight decay (Loshchilov & Hutter, 2019). @returns the mean loss of the batch, before the step */
function takeStep(batch: number[], learningRate: number): number {
  const { p, m, v, steps } = state
  gradient.fill(0)
  let loss = 0
  for (const i of batch) loss += learn(p, gradient, training[i] as number[])
  const [bias1, bias2] = [1 - 0.9 ** (steps + 1), 1 - 0.999 ** (steps + 1)]
  for (let i = 0; i < PARAMETERS; i++) {
    const g = (gradient[i] as number) / batch.length
    m[i] = 0.9 * (m[i] as number) + 0.1 * g
    v[i] = 0.999 * (v[i] as number) + 0.001 * g * g
    const change = (m[i] as number) / bias1 / (Math.sqrt((v[i] as number) / bias2) + 1e-8)
    p[i] = (p[i] as number) * (1 - learningRate * config.weight_decay) - learningRate * change
  }
  return loss / batch.length
}

/** How well it knows the works that it has not seen. */
function validate(p: Float32Array): { val_loss?: number; accuracy?: number; perplexity?: number } {
  let [loss, right] = [0, 0]
  for (const example of validation) {
    predict(p, example)
    const next = example[CONTEXT] as number
    loss -= Math.log(Math.max(likelihood[next] as number, 1e-12))
    if (guess() === next) right++
  }
  const mean = loss / validation.length
  return { val_loss: mean, accuracy: right / validation.length, perplexity: Math.exp(mean) }
}

function beginning(): State {
  const p = initial(randomFrom(seed))
  const zeros = () => new Float32Array(PARAMETERS)
  return { steps: 0, p, m: zeros(), v: zeros(), losses: [], best: p, metrics: {} }
}

/** Writes a checkpoint beside its place and renames it, so that none is ever seen in part. Two are kept. */
function save(step: number): void {
  const folder = env('CHECKPOINT_DIR')
  const beside = join(folder, 'unfinished')
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside)
  const arrays = { p: encode(state.p), m: encode(state.m), v: encode(state.v), best: encode(state.best) }
  writeFileSync(join(beside, 'state.json'), JSON.stringify({ ...state, ...arrays }))
  renameSync(beside, join(folder, `step-${step}`))
  const stepIn = (name: string) => Number(name.replace('step-', ''))
  const older = readdirSync(folder)
    .sort((a, b) => stepIn(b) - stepIn(a))
    .slice(2)
  for (const name of older) rmSync(join(folder, name), { recursive: true })
}

function load(file: string): State {
  const { p, m, v, best, ...others } = JSON.parse(readFileSync(file, 'utf8'))
  return { ...others, p: decode(p), m: decode(m), v: decode(v), best: decode(best) }
}

function encode(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

function decode(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

/** In a random order (Fisher & Yates). */
function shuffled<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j] as T, items[i] as T]
  }
  return items
}
