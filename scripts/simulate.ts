/**
 * `npm run simulate`: simulates seeded runs of the whole control plane on a virtual clock, with faults, and checks the
 * promises after each. Exits with 1 and the seed when one is broken.
 *
 *     npm run simulate                                  10,000 runs
 *     npm run simulate -- --runs 500 --from 20001       others
 *     npm run simulate -- --seed 42 --trace             one run, step by step; shortened first if it fails
 *     npm run simulate -- --without clock-jumps,d1-late without some kinds of faults
 *     npm run simulate -- --mutant skip-outbox          with a fault planted into the code
 *     npm run simulate -- --no-shorten                  reports a failed run at once, not shortened
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { mutants } from '../test/simulation/mutants.ts'
import type { Report, Share } from '../test/simulation/thread.ts'
import { type FaultKind, faultKinds, fileFaultKinds, runnerFaultKinds } from '../test/simulation/world.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    runs: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    mutant: { type: 'string' },
    shorten: { type: 'boolean', default: true },
  },
})

const kinds: readonly FaultKind[] = [...faultKinds, ...runnerFaultKinds, ...fileFaultKinds]
const without = values.without.split(',').filter((kind) => kind !== '')
const unknown = without.filter((kind) => !(kinds as readonly string[]).includes(kind))
if (unknown.length > 0) fail(`No such fault: ${unknown}. There are ${kinds.join(', ')}.`)
if (values.mutant !== undefined && !mutants.some(({ name }) => name === values.mutant)) {
  fail(`No such mutant: ${values.mutant}. There are ${mutants.map(({ name }) => name).join(', ')}.`)
}
const from = parseInteger('from', values.seed ?? values.from)
const runs = values.seed === undefined ? parseInteger('runs', values.runs) : 1
const faults = kinds.filter((kind) => !without.includes(kind))
const startedMs = performance.now()
const threads = Math.min(runs, availableParallelism())
const reports = await Promise.all(Array.from({ length: threads }, (_, at) => play(at)))

const total = (of: (report: Report) => number) => reports.reduce((sum, report) => sum + of(report), 0)
const broken = reports.flatMap((report) => report.broken ?? []).sort((a, b) => a.seed - b.seed)[0]
if (values.trace) for (const line of reports.flatMap((report) => report.trace)) console.log(line)
const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
console.log(
  `${total((r) => r.runs)} runs: ${total((r) => r.actions)} actions on ${total((r) => r.jobs)} jobs, ` +
    `${total((r) => r.events)} events, ${total((r) => r.watchers)} watchers, in ${seconds} s`,
)
const struck = new Map<string, number>()
for (const report of reports) for (const [kind, n] of report.struck) struck.set(kind, (struck.get(kind) ?? 0) + n)
console.log(`faults: ${[...struck].map(([kind, n]) => `${kind} ${n}`).join(', ') || 'none'}`)
if (broken === undefined) console.log('Every promise held.')
else {
  console.log(`\nSeed ${broken.seed} breaks a promise:\n  ${broken.what}\n`)
  const heading = values.shorten ? 'Shortened to' : 'In'
  console.log(`${heading} ${broken.plan.actions.length} actions, faults: ${broken.plan.faults.join(', ') || 'none'}`)
  for (const action of broken.plan.actions) console.log(`  ${JSON.stringify(action)}`)
  const mutant = values.mutant === undefined ? '' : ` --mutant ${values.mutant}`
  console.log(`\nReplay: npm run simulate -- --seed ${broken.seed}${mutant} --trace`)
  process.exit(1)
}

/** Runs one thread's share of the seeds. */
function play(at: number): Promise<Report> {
  const share: Share = {
    first: from + at,
    step: threads,
    end: from + runs,
    faults,
    mutant: values.mutant ?? null,
    trace: values.trace,
    shorten: values.shorten,
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../test/simulation/thread.ts', import.meta.url), { workerData: share })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function parseInteger(name: string, text: string): number {
  if (!/^\d+$/.test(text)) fail(`--${name} takes a whole number`)
  return Number(text)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
