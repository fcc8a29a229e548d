import {
  later,
  type Operation,
  type Recorded,
  recordRequests,
  replayed,
  runScript,
  type Target,
} from './client-requests.ts'
import type { Comparison, Rounds } from './figures.ts'
import { Connection, once } from './http.ts'
import {
  CURVE_POINTS,
  createRun,
  type Door,
  fullRun,
  logCurve,
  RUNS,
  seedOurRuns,
  seedTheirRuns,
} from './mlflow-runs.ts'
import { type Mlflow, startMlflow } from './mlflow-server.ts'
import { OF_BARE } from './reports.ts'
import type { Rate } from './requests.ts'
import { type Server, withServer } from './server.ts'
import { Trained } from './trained.ts'
import { inTurns, type Sender } from './turns.ts'
import type { BareCurve } from './worker.ts'

/** How many times as fast as MLflow's own server the door is to be. */
const OF_MLFLOW = 10

/** What the client logs, and of how many steps. */
const logCalls = [
  { name: 'log-metric', operation: 'log-metric', steps: 1 },
  { name: 'log-batch of 40', operation: 'log-batch-40', steps: 10 },
  { name: 'log-batch of 1,000', operation: 'log-batch-1000', steps: 250 },
] as const

const SEARCH = `search of 50 among ${RUNS.toLocaleString('en')}`

/** What the client reads, and the bare thing that does as much. */
const reads = [
  { name: 'runs/get', operation: 'get', base: 'object, as many rows' },
  {
    name: `get-history of ${CURVE_POINTS.toLocaleString('en')}`,
    operation: 'get-history',
    base: 'object, as many bytes',
  },
  { name: SEARCH, operation: 'search', base: 'D1 read of 50' },
  { name: `${SEARCH}, filtered, by loss`, operation: 'search-filtered', base: null },
] as const

/** The version of MLflow, the recorded requests replayed, and the client itself. */
export type MlflowFigures = { version: string; figures: Comparison<Rate>[]; client: Comparison<Rate>[] }

/** The two servers, what the client sends, and its run of which most is read on each. */
type Stage = {
  server: Server
  mlflow: Mlflow & Door
  ours: Door
  recorded: Record<Operation, Recorded>
  full: { ours: string; theirs: string }
}

/** The requests of MLflow's client, compared with an MLflow server on SQLite with one worker, and with the bare platform. */
export async function measureMlflow(rounds: Rounds): Promise<MlflowFigures> {
  const mlflow = { ...(await startMlflow()), root: '' }
  try {
    return await withServer(async (server) => {
      const ours = { ...server.ours, root: '/mlflow' }
      const full = { ours: await fullRun(ours), theirs: await fullRun(mlflow) }
      await logCurve(ours, full.ours)
      await logCurve(mlflow, full.theirs)
      const recorded = await recordRequests(mlflow, '0', full.theirs)
      const stage = { server, mlflow, ours, recorded, full }
      const figures = await measureLogCalls(stage, rounds)
      await seedOurRuns(server, ours)
      await seedTheirRuns(mlflow)
      figures.push(...(await measureReads(stage, rounds)))
      return { version: mlflow.version, figures, client: await measureClient(stage, rounds) }
    })
  } finally {
    mlflow.stop()
  }
}

/** New values of a claimed job, by the token of its attempt: a bare object asks the emulated rate limit, too, and stores as much. */
async function measureLogCalls({ server, mlflow, ours, recorded, full }: Stage, rounds: Rounds) {
  const figures: Comparison<Rate>[] = []
  for (const { name, operation, steps } of logCalls) {
    const request = recorded[operation]
    const sides = await threeSides(rounds, name, async (round) => {
      const trained = await Trained.create(server.ours)
      const their = await createRun(mlflow)
      const ids = (own: string) => [[full.theirs, own]] as const
      const write = { method: 'POST', path: `/write?id=${operation}-${round}&limited`, headers: request.headers }
      const senders = {
        ours: sending(server.pid, request, { ...ours, token: trained.token, ids: ids(trained.id) }, steps),
        mlflow: sending(mlflow.pid, request, { ...mlflow, token: null, ids: ids(their) }, steps),
        bare: sending(server.pid, { ...request, ...write }, { ...server.bare, root: '', token: null, ids: [] }, steps),
      }
      return { senders, end: () => trained.finish() }
    })
    figures.push(...rows(name, 'rate limit, object, row', sides))
  }
  return figures
}

/** Reading, without a token: on this machine it needs none, and is not counted. */
async function measureReads({ server, mlflow, ours, recorded, full }: Stage, rounds: Rounds) {
  const figures: Comparison<Rate>[] = []
  for (const { name, operation, base } of reads) {
    const request = recorded[operation]
    const own: Target = { ...ours, token: null, ids: [[full.theirs, full.ours]] }
    const bare = base === null ? null : await bareRead(server, operation, request, await answerTo(request, own))
    const sides = await threeSides(rounds, name, async () => ({
      senders: {
        ours: sending(server.pid, request, own),
        mlflow: sending(mlflow.pid, request, { ...mlflow, token: null, ids: [] }),
        ...(bare === null
          ? {}
          : { bare: sending(server.pid, bare, { ...server.bare, root: '', token: null, ids: [] }) }),
      },
    }))
    figures.push(...rows(name, base, sides))
  }
  return figures
}

/** Has the bare Worker read as many rows as this read does, and answer as many bytes. @returns the request for that */
async function bareRead(
  { bare, bareDb }: Server,
  operation: Operation,
  { headers }: Recorded,
  answer: string,
): Promise<Recorded> {
  // With the same headers, since an answer is compressed for those who can read that.
  const isOfBody = (name: string) => /^content-/i.test(name)
  const own = headers.filter(([name]) => !isOfBody(name))
  const get = (path: string) => ({ method: 'GET', path, headers: own, body: '' })
  if (operation === 'search') {
    const { runs } = JSON.parse(answer) as { runs: object[] }
    const insert = bareDb.prepare('INSERT INTO bodies (id, body) VALUES (?, ?)')
    await bareDb.batch(runs.map((run, n) => insert.bind(`run ${n}`, JSON.stringify(run))))
    return get('/rows')
  }
  // A hundred and four parameters and tags of one row each; or ten blocks of a thousand points.
  const sizes =
    operation === 'get'
      ? { rows: 104, toldBytes: 30, pointsBytes: 1, opened: 0 }
      : { rows: 10, toldBytes: 90, pointsBytes: 28_000, opened: 10 }
  const curve: BareCurve = { ...sizes, answer }
  await once({ ...bare, method: 'PUT', path: `/curve?id=${operation}`, body: curve })
  return get(`/curve?id=${operation}`)
}

async function answerTo(request: Recorded, target: Target): Promise<string> {
  const connection = new Connection(target.port)
  // Otherwise it is compressed, by what stands for Cloudflare's edge here.
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== 'accept-encoding')
  const { status, body } = await connection.send(replayed({ ...request, headers }, target))
  connection.close()
  if (status !== 200) throw new Error(`${request.path}: ${status} ${body.slice(0, 300)}`)
  return body
}

/** The client itself, which takes some milliseconds for each request. */
async function measureClient({ ours, mlflow, full }: Stage, rounds: Rounds): Promise<Comparison<Rate>[]> {
  const at = async (door: Door, run: string) =>
    JSON.stringify({ uri: `http://127.0.0.1:${door.port}${door.root}`, logged: await createRun(door), full: run })
  const servers = [await at(ours, full.ours), await at(mlflow, full.theirs)]
  const figures = new Map<string, Comparison<Rate>>()
  await rounds('MLflow: its client', async () => {
    const output = await runScript(mlflow.python, 'through_client.py', ['1', ...servers], {})
    for (const [name, [[own = 0] = [], [their = 0] = []]] of Object.entries(
      JSON.parse(output) as Record<string, number[][]>,
    )) {
      const figure = figures.get(name) ?? { name, base: 'mlflow server', ours: [], bare: [] }
      figures.set(name, figure)
      figure.ours.push({ perSecond: own, cpuUs: Number.NaN })
      figure.bare.push({ perSecond: their, cpuUs: Number.NaN })
    }
    return { ours: null, bare: null }
  })
  return [...figures.values()]
}

type Side = Sender & { end: () => void }
type Senders = { ours: Side; mlflow: Side; bare?: Side }
type Rates = { ours: Rate; mlflow: Rate; bare?: Rate }

/** Has all sides send in turns, in each round. */
async function threeSides(
  rounds: Rounds,
  name: string,
  begin: (round: number) => Promise<{ senders: Senders; end?: () => Promise<void> }>,
): Promise<Rates[]> {
  const measured: Rates[] = []
  await rounds(`MLflow: ${name}`, async (round) => {
    const { senders, end } = await begin(round)
    measured.push((await inTurns(senders)) as Rates)
    for (const sender of Object.values(senders)) sender.end()
    await end?.()
    return { ours: null, bare: null }
  })
  return measured
}

/** The rows of the table: ours beside MLflow's, and beside the bare one. */
function rows(name: string, base: string | null, measured: readonly Rates[]): Comparison<Rate>[] {
  const ours = measured.map((one) => one.ours)
  const bare = measured.flatMap((one) => one.bare ?? [])
  return [
    { name, base: 'mlflow server', target: OF_MLFLOW, ours, bare: measured.map((one) => one.mlflow) },
    ...(base === null ? [] : [{ name, base, target: OF_BARE, ours, bare }]),
  ]
}

/** Sends a recorded request again and again over one connection. `steps`: each time the values of so many further ones. */
function sending(pid: number, request: Recorded, target: Target, steps?: number): Side {
  const connection = new Connection(target.port)
  const constant = replayed(request, target)
  let sent = 0
  return {
    send: async () => {
      const bytes = steps === undefined ? constant : replayed(request, target, later(request.body, steps * ++sent))
      const { status, body } = await connection.send(bytes)
      if (status !== 200) throw new Error(`${target.host}${request.path}: ${status} ${body.slice(0, 300)}`)
    },
    pid,
    connections: 1,
    end: () => connection.close(),
  }
}
