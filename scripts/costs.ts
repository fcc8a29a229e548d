/**
 * `npm run costs`: the bill of a month, beside that of the naive design, for a load given as in
 * `npm run costs -- --jobs 100000 --epochs 10 --watcher-hours 2000 --gets 1000000`. Without arguments: as many jobs as
 * one slot trains in a month, watched in office hours.
 */
import { parseArgs } from 'node:util'
import { billUsd, costUsd, PLAN_USD, PRICES_READ_ON, prices, type Usage } from './prices.ts'
import { ACTIVE_MS, type Load, MONTHS_KEPT, naive, stellwerk, stepsOf } from './usage.ts'

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '5000' },
    epochs: { type: 'string', default: '10' },
    'watcher-hours': { type: 'string', default: '200' },
    gets: { type: 'string', default: '500000' },
  },
})

const load: Load = {
  jobs: amount('jobs'),
  epochs: amount('epochs'),
  watcherHours: amount('watcher-hours'),
  gets: amount('gets'),
}

function amount(name: keyof typeof values): number {
  if (/^\d{1,12}$/.test(values[name])) return Number(values[name])
  console.error(`--${name} takes a whole number, not ${values[name]}`)
  process.exit(2)
}

const digits = (count: number) => ({ minimumFractionDigits: count, maximumFractionDigits: count })
const quantity = (value: number) => value.toLocaleString('en-US', digits(value < 100 && value % 1 !== 0 ? 2 : 0))
const usd = (value: number) => `$${value.toLocaleString('en-US', digits(2))}`

/** A line of the table: what it is about, then how much and what it costs, of each design. */
function line(about: string, ours: [string, string], theirs: [string, string], included = '') {
  const [a, b, c, d] = [...ours, ...theirs]
  console.log(
    `${about.padEnd(22)}${a.padStart(16)}${b.padStart(12)}${c.padStart(18)}${d.padStart(12)}${included.padStart(18)}`.trimEnd(),
  )
}

const ours = stellwerk(load)
const theirs = naive(load)

console.log(
  `\nA month of ${quantity(load.jobs)} jobs of ${quantity(stepsOf(load))} steps, ` +
    `${quantity(load.watcherHours)} watcher-hours and ${quantity(load.gets)} GETs\n`,
)
line('', ['Stellwerk', ''], ['naive', ''], 'in the plan')
for (const key of Object.keys(prices) as (keyof Usage)[]) {
  const shown = (used: number): [string, string] => {
    const cost = costUsd(prices[key], used)
    return [quantity(used), cost === 0 ? '–' : usd(cost)]
  }
  line(prices[key].label, shown(ours[key]), shown(theirs[key]), quantity(prices[key].included))
}
line('Workers Paid plan', ['', usd(PLAN_USD)], ['', usd(PLAN_USD)])
console.log()
for (const factor of [1, 10, 100]) {
  const bill = (design: typeof naive) =>
    usd(
      billUsd(
        design({
          jobs: load.jobs * factor,
          epochs: load.epochs,
          watcherHours: load.watcherHours * factor,
          gets: load.gets * factor,
        }),
      ),
    )
  line(factor === 1 ? 'A month' : `${factor} × this load`, ['', bill(stellwerk)], ['', bill(naive)])
}

const restingBill = usd(billUsd(naive(load, stepsOf(load) * ACTIVE_MS)))
const idleBill = usd(billUsd(stellwerk(load, 10_000)))
console.log(`
Naive: the object goes from step to step without rest; each step sets an alarm, writes the state and a row of D1; each
repaint of each watcher reads D1. If its object rested between the steps, the month would be ${restingBill}.

Assumed: an object is billed ${ACTIVE_MS} ms for whatever it handles, and all the time it is watched, each watcher alone. The
10 s for which it then stays in memory are not billed, since it could hibernate; if they were: ${idleBill} at most.
Jobs are kept for ${MONTHS_KEPT} months. Logs are not in it. The tests hold the rows to test/budgets.ts; prices of ${PRICES_READ_ON}.
`)
