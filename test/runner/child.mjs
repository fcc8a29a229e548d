/**
 * A training process for tests: `node child.mjs '{"steps": 20}'`. It does a step every `ms`, saves every `every` steps, goes on
 * from its checkpoint, and writes its own id into a file of its name, so that a test can see whether it lives.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const {
  STELLWERK_CHECKPOINT_DIR: checkpoints = '',
  STELLWERK_STOP_FILE: stopFile = '',
  STELLWERK_MODEL_DIR: model = '',
} = process.env
const {
  steps = 20,
  ms = 50,
  every = 0,
  onStop = 'save',
  onTerm = 'die',
  atStep = {},
  log = '',
  status = 0,
  says = '',
} = JSON.parse(process.argv[2] ?? '{}')

const resumed = process.env.STELLWERK_RESUME_FROM
const first = resumed === undefined ? 0 : JSON.parse(readFileSync(join(resumed, 'state.json'), 'utf8')).step + 1
if (log !== '') appendFileSync(log, `${process.pid} from ${first}\n`)
let step = first

if (onTerm !== 'die')
  process.on('SIGTERM', () => {
    if (onTerm === 'ignore') return
    save()
    process.exit(0)
  })

for (; step < steps; step++) {
  if (log !== '') writeFileSync(`${log}.step`, String(step))
  console.log(`::metrics ${JSON.stringify({ step, total_steps: steps, loss: 1 / (step + 1) })}`)
  console.log(`step ${step}`)
  const { half, exit, crash } = atStep[step] ?? {}
  if (half) {
    mkdirSync(join(checkpoints, `step-${step}`))
    writeFileSync(join(checkpoints, `step-${step}`, 'state.json'), '{"st')
    await new Promise((resolve) => setTimeout(resolve, 30))
    appendFileSync(join(checkpoints, `step-${step}`, 'state.json'), 'ep')
  }
  if (exit !== undefined) process.exit(exit)
  if (crash) process.kill(process.pid, crash)
  await new Promise((resolve) => setTimeout(resolve, ms))
  if (every > 0 && (step + 1) % every === 0) save()
  if (onStop === 'save' && existsSync(stopFile)) {
    save()
    process.exit(0)
  }
}
writeFileSync(join(model, 'model.json'), JSON.stringify({ steps }))
if (says !== '') console.log(says)
process.exit(status)

function save() {
  const beside = join(checkpoints, 'unfinished')
  mkdirSync(beside, { recursive: true })
  writeFileSync(join(beside, 'state.json'), JSON.stringify({ step }))
  renameSync(beside, join(checkpoints, `step-${step}`))
}
