import { setTimeout } from 'node:timers/promises'
import { type Checker, checkerOf, type Document, readDocument } from '../document.ts'
import { type LogEnd, mayChange, registerOf, unwanted, unwantedChanges } from './changes.ts'
import { createChecks, type Exchange, type Fault } from './checks.ts'
import { filesOf } from './files.ts'
import type { Client, Received } from './http.ts'
import { installJournal, journalOf } from './journal.ts'
import { isOwn, maySend, operationAt } from './operations.ts'
import { populationOf } from './population.ts'
import { type Plan, render } from './request.ts'
import { activeJobsMax, type Server, startServer } from './server.ts'
import { serviceOf } from './service.ts'

/** Everything needed to send and check a request: the service, its document, its population and its journal. */

/** Concurrent requests while none may change anything. */
const READERS = 8

/** A request with its answer and faults. */
export type Outcome = { exchange: Exchange; faults: Fault[] }

/** Wraps the sending of requests, for tests. */
export type Intercept = (send: Client['send'], server: Pick<Server, 'db' | 'bucket'>) => Client['send']

export async function openWorld(between: Intercept = (send) => send) {
  const server = await startServer()
  try {
    return await worldOf(server, between(server.client.send, server))
  } catch (error) {
    await server.close()
    throw error
  }
}

async function worldOf(server: Server, through: Client['send']) {
  await installJournal(server.db)
  const service = await serviceOf(server)
  const population = populationOf(service, server.db, activeJobsMax)
  const newChanges = journalOf(server.db)
  const watchFiles = filesOf(service, server)
  const register = registerOf()
  const document = readDocument((await service.ask('GET', '/openapi.json')).body ?? '')
  const checker: Checker = checkerOf(document)
  const faultsOf = createChecks(document, checker)
  await population.maintain(false)

  /** Sends and checks requests: reads concurrently, then those that may change something one by one. */
  async function play(plans: readonly Plan[]): Promise<Outcome[]> {
    register.note(await newChanges())
    const outcomes = new Map<Plan, Outcome>()
    const logs: [Exchange, LogEnd][] = []
    const step = async (plan: Plan) => {
      const outcome = await send(plan)
      outcomes.set(plan, outcome)
      const log = await logAfter(outcome.exchange)
      if (log) logs.push([outcome.exchange, log])
    }
    const waiting = plans.filter((plan) => isQuiet(document, plan))
    const reader = async () => {
      for (let plan = waiting.shift(); plan; plan = waiting.shift()) await step(plan)
    }
    const withFiles = `/jobs/${population.jobWithFiles()}/`
    const filesChanged = await watchFiles(`${withFiles}artifacts`)
    await Promise.all(Array.from({ length: READERS }, reader))
    const readers = [...outcomes.values()].filter(({ exchange }) => exchange.wire.target.includes(withFiles))
    const filesRead = (readers.length > 0 && (await filesChanged?.())) || []
    for (const { exchange, faults } of readers) faults.push(...unwanted(exchange, filesRead))
    for (const plan of plans.filter((one) => !isQuiet(document, one))) await step(plan)

    const changes = await newChanges()
    register.note(changes)
    const all = plans.flatMap((plan) => outcomes.get(plan) ?? [])
    const exchanges = all.map((one) => one.exchange)
    for (const [{ plan }, fault] of unwantedChanges(exchanges, changes)) outcomes.get(plan)?.faults.push(fault)
    for (const [{ plan }, log] of logs) {
      const fault = register.faultIn(log)
      if (fault) outcomes.get(plan)?.faults.push(fault)
    }
    return all
  }

  async function send(plan: Plan): Promise<Outcome> {
    const wire = service.harmless(await render(plan, population.resolve, service.credentials.get(plan.who) ?? []))
    try {
      const filesChanged = isQuiet(document, plan) ? undefined : await watchFiles(wire.target)
      const answer = await through(wire)
      const exchange = { plan, wire, answer }
      const faults = faultsOf(exchange)
      if (filesChanged && !mayChange(exchange)) faults.push(...unwanted(exchange, await filesChanged()))
      if (answer.status >= 500) faults.push(...(await logged(answer)))
      return { exchange, faults }
    } catch (error) {
      const answer = { status: 0, headers: new Headers(), body: null, events: null, sentMs: 0, answeredMs: 0 }
      return { exchange: { plan, wire, answer }, faults: [{ rule: 'every request is answered', what: String(error) }] }
    }
  }

  /** The log lines about a failure, which are written a moment after the answer. */
  async function logged({ headers }: Received): Promise<Fault[]> {
    await setTimeout(100)
    const lines = server.errorsOf(headers.get('x-request-id') ?? '')
    return lines.map((what) => ({ rule: 'the service has no internal error', what }))
  }

  /** The last event with an actor in a job's log, after a refused command. */
  async function logAfter(exchange: Exchange): Promise<LogEnd | null> {
    const { plan, wire, answer } = exchange
    const id = /\/jobs\/([0-9a-f-]{36})(\/(pause|resume|cancel))?(?:$|\?)/.exec(wire.target)?.[1]
    if (id === undefined || wire.method === 'GET' || wire.method === 'HEAD' || mayChange(exchange)) return null
    if (![400, 409, 412].includes(answer.status) || isQuiet(document, plan)) return null
    const { json, sentMs } = await service.ask('GET', `/training/jobs/${id}/events?limit=200`)
    if (!Array.isArray(json)) return null
    const commanded = json.filter(({ actor }) => actor !== null).map(({ sequence }) => Number(sequence))
    return { id, commandedTo: Math.max(0, ...commanded), atMs: sentMs }
  }

  return { document, origin: server.origin, play, maintain: population.maintain, close: server.close }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** Whether a request must not change anything, because of its method or its sender's role. */
function isQuiet(document: Document, { method, path, who }: Plan): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  const met = operationAt(document, method, new URL(`http://localhost${path}`).pathname)
  return met === null || !(maySend(who, met.role) || isOwn(who, met))
}
