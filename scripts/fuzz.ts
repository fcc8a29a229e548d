/**
 * `npm run fuzz`: generates valid, near-valid and hostile requests from the service's own document, sends them to the
 * Worker in workerd, and checks each answer against the document. Exits with 1 when a rule is broken.
 *
 *     npm run fuzz                                  20,000 requests
 *     npm run fuzz -- --requests 500 --seed 42      others; the same seed gives the same requests
 *     npm run fuzz -- --only postJobs               one operation, by its id in the document
 *     npm run fuzz -- --seed 42 --path 17:3:0       the shortest request of a failure
 *     npm run fuzz -- --seed 42 --trace             prints each request and its answer
 */
import { parseArgs } from 'node:util'
import { formatFailure, formatOutcome, tally } from '../test/fuzz/report.ts'
import { type Failure, fuzz, replay } from '../test/fuzz/run.ts'
import { openWorld, type World } from '../test/fuzz/world.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    path: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const requests = parseInteger('requests', values.requests)
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : parseInteger('seed', values.seed)
const { only, path, trace } = values
const startedMs = performance.now()
// Printed first, so that the run can be repeated even after a crash.
console.log(`Seed ${seed}`)
const world = await openWorld()
try {
  process.exitCode = (await (path === undefined ? run(world) : replayPath(world, path))) ? 0 : 1
} finally {
  await world.close()
}
process.exit()

async function run(world: World): Promise<boolean> {
  const counts = tally()
  const failures: Failure[] = await fuzz(world, {
    ...{ requests, seed, only },
    onOutcome(index, outcome) {
      counts.note(outcome)
      if (trace) console.log(`${index} ${formatOutcome(world.origin, outcome)}`)
    },
  })
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0)
  console.log(`${counts.table()}\n\n${counts.total()} requests of seed ${seed} in ${seconds} s`)
  for (const failure of failures) console.log(`\n${formatFailure(world.origin, seed, failure, only)}`)
  const unreached = counts.unreached()
  if (unreached.length > 0) console.log(`\nNo request was taken by ${unreached.join(', ')}`)
  if (failures.length === 0) console.log('Every answer was as described, and no refused request changed anything.')
  return failures.length === 0
}

async function replayPath(world: World, path: string): Promise<boolean> {
  const outcome = await replay(world, { seed, only }, path)
  console.log(formatOutcome(world.origin, outcome))
  for (const { rule, what } of outcome.faults) console.log(`Broken: ${rule}\n  ${what}`)
  return outcome.faults.length === 0
}

function parseInteger(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  console.error(`--${name} takes a whole number`)
  process.exit(2)
}
