import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readThemes } from '../protocol/cases.ts'
import { Liar, type Lie, Play } from './liar.ts'
import { Folder, isAlive, Machine } from './machine.ts'

/** Runners that play at the same time. */
const MACHINES = 8
const STEPS = 5

/** The answers to a runner in the cases of test/protocol, in their order. */
const cases = readThemes().flatMap(({ theme, cases }) =>
  cases.map(({ promise, steps }) => {
    const lies = steps.flatMap(({ request, as, status, answer }): Lie[] => {
      const to = /^POST (?:\/jobs\/\{job\})?\/(claims|reports|finish)$/.exec(request)?.[1] as Lie['to'] | undefined
      // What makes a runner end, or wait for a minute, is played by itself.
      if (to === undefined || (to === 'claims' && (as !== 'runner' || [422, 426].includes(status)))) return []
      return [{ to, status, says: answer }]
    })
    return new Play(`${theme}: ${promise}`, lies)
  }),
)

/** Answers that others than the service give. */
const strangers = [403, 404, 410, 200, 302, 500, 502, 503, 504, 429].map(
  (status) =>
    new Play(`a page with ${status} at every turn`, [
      { to: 'claims', status: status === 403 ? 404 : status, html: true },
      { to: 'reports', status, html: true },
      { to: 'reports', status: 200 },
      { to: 'reports', status, html: true },
      { to: 'finish', status, html: true },
    ]),
)

/** Almost the word that ends a training. */
const almost = [
  new Play('a 410 of another type', [{ to: 'reports', status: 410, html: true }]),
  new Play('404 instead of 410', [
    { to: 'reports', status: 404, says: { type: 'urn:stellwerk:problem:attempt-over' } },
  ]),
]

test('whatever a server answers, a runner keeps the protocol', async () => {
  using folder = new Folder()
  const plays = [...cases, ...strangers, ...almost]
  const pidFile = ({ id }: Play) => folder.at(id)
  await using liar = await Liar.start(plays, (play) => {
    if (!play.isConfirmed && existsSync(pidFile(play))) play.faults.push('a process before the first word was answered')
  })
  const points = Array.from(
    { length: STEPS },
    (_, step) => `echo '::metrics {"step": ${step}, "loss": 1}'; sleep 0.15;`,
  )
  const command = ['sh', '-c', `echo $$ > ${folder.path}/$STELLWERK_JOB_ID; ${points.join(' ')}`]
  const machines = Array.from({ length: MACHINES }, (_, i) => {
    const args = ['--no-system-metrics', '--soft-grace', '0']
    return new Machine({ url: liar.url, workdir: folder.at(`w${i}`), name: `gpu-${i}`, args, command })
  })
  await Promise.all(plays.map(({ ended }) => ended))
  // The last processes are ended, and nothing more is said of the attempts.
  await Promise.all(machines.map((machine) => machine[Symbol.asyncDispose]()))

  const allSteps = Array.from({ length: STEPS }, (_, step) => step)
  for (const play of plays) {
    const { name, faults, isOver, outcome, steps, agreed, hasDropped } = play
    expect(faults, name).toEqual([])
    expect(new Set(steps).size, `${name}: each point once`).toBe(steps.length)
    if (existsSync(pidFile(play)))
      expect(isAlive(Number(readFileSync(pidFile(play), 'utf8'))), `${name}: its process`).toBe(false)
    if (isOver) continue
    const last = agreed.at(-1)
    expect(['completed', last === 'cancel' ? 'cancelled' : last === 'pause' ? 'paused' : 'completed'], name).toContain(
      outcome,
    )
    if (outcome === 'completed' && !hasDropped) expect(steps, name).toEqual(allSteps)
  }
  // The cases are played: there are some of each end.
  expect(plays.some(({ isOver }) => isOver)).toBe(true)
  const outcomes = new Set(plays.map(({ outcome }) => outcome))
  for (const outcome of ['completed', 'paused', 'cancelled']) expect(outcomes).toContain(outcome)
}, 180_000)

test.each([
  [426, 'urn:stellwerk:problem:runner-too-old', 65],
  [422, 'urn:stellwerk:problem:invalid-request', 65],
])('a claim that is answered %i ends the runner, which says why', async (status, type, exit) => {
  using folder = new Folder()
  await using liar = await Liar.start([
    new Play('refused', [{ to: 'claims', status, says: { type, detail: 'Because' } }]),
  ])
  await using machine = new Machine({ url: liar.url, workdir: folder.at('w') })
  expect(await machine.ended()).toBe(exit)
  expect(machine.err).toContain('Because')
})

test('a claim whose token is refused is said to be, and repeated no more than once a minute', async () => {
  using folder = new Folder()
  const play = new Play('refused', [{ to: 'claims', status: 401 }])
  await using liar = await Liar.start([play])
  await using machine = new Machine({ url: liar.url, workdir: folder.at('w') })
  expect((await machine.said('again')).text).toContain('401')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(play.token).toBe('')
})
