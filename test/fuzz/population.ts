import { attemptOf } from './attempt.ts'
import { deleteLeftovers, inspectD1, type JobRow } from './inspect-d1.ts'
import { population as counts } from './meanings.ts'
import type { Service } from './service.ts'

/** The targets of requests: a few jobs, versions, documents and tokens, each in its place, replaced when used up. */

/** The state in which the job in each place is kept. `queued` lasts only while every slot is taken. */
const targetStatuses = [
  ...['training', 'training', 'training', 'paused', 'paused', 'paused', 'completed', 'completed', 'cancelled'],
  ...['queued', 'queued'],
]

/** Finished jobs, documents and tokens that requests created: beyond this number they are removed. */
const LEFTOVERS_MAX = 40
/** Jobs that requests created and that hold a slot: the others are cancelled. */
const HOLDERS_MAX = 4
/** Jobs that produce a version at the same time: together with those above and the population's own they fit the slots. */
const APPRENTICES_MAX = 4
/** Minimum versions, so that there is always one to delete. */
const STOCK = 16

const longJob = { name: 'Fuzz', bundeslaender: ['BY'], epochs: 100 }
const tokenNames = Array.from({ length: counts.token }, (_, at) => `fuzz ${at}`)
const documents = Array.from({ length: counts.document }, (_, at) => {
  const facts = { title: 'Fuzz', bundesland: 'BY', doc_type: 'verordnung', chunks: at, training_allowed: at < 4 }
  return { id: `fuzz-${at}`, ...facts }
})

export function populationOf(service: Service, db: D1Database, slots: number) {
  const jobs: (string | undefined)[] = []
  let versions: string[] = []
  const tokens: string[] = []
  const cursors = new Map<string, string>()
  /** Short jobs, each of which produces a version. */
  const apprentices = new Set<string>()
  const attempt = attemptOf(service)

  const create = async (config: object, query = ''): Promise<string | undefined> =>
    (await service.ask('POST', `/training/jobs${query}`, config)).json.id
  const command = (id: string, what: string) => service.ask('POST', `/training/jobs/${id}/${what}`)

  /**
   * Restores the population.
   *
   * @param isBusy whether to take every slot, so that jobs are queued
   */
  async function maintain(isBusy: boolean): Promise<void> {
    const present = await inspectD1(db)
    const mine = new Set([...jobs, attempt.job()])
    const strangers = present.jobs.filter(({ id }) => !mine.has(id))
    for (const { id, slot } of strangers) if (slot === null) apprentices.delete(id)
    await removeLeftovers(strangers)
    const completed = strangers.filter(({ status }) => status === 'completed')
    for (const [place, status] of targetStatuses.entries()) {
      const row = present.jobs.find(({ id }) => id === jobs[place])
      if (row?.status === status || status === 'queued') continue
      if (status === 'completed') jobs[place] = completed.pop()?.id ?? jobs[place]
      else jobs[place] = await inState(status, row)
    }
    await attempt.maintain(present.withFiles === undefined)
    if (isBusy) await fillSlots()
    else await restock(STOCK - present.versions.length)
    versions = [present.withFiles ?? 'none', ...present.versions].slice(0, counts.version)
    if (present.documents.mine < counts.document) await service.ask('PUT', '/training/dataset/documents', { documents })
    for (const [at, name] of tokenNames.entries()) {
      const existing = present.tokens.find((one) => one.name === name)?.id
      tokens[at] = existing?.toString() ?? (await service.ask('POST', '/tokens', { name, role: 'viewer' })).json.id
    }
    if (present.documents.others > LEFTOVERS_MAX || present.tokens.length > LEFTOVERS_MAX) await deleteLeftovers(db)
    cursors.clear()
  }

  /** Frees slots that leftover jobs hold, and deletes finished ones. */
  async function removeLeftovers(strangers: JobRow[]): Promise<void> {
    const holders = strangers.filter(
      ({ id, status, slot }) => (slot !== null || status === 'queued') && !apprentices.has(id),
    )
    for (const { id } of holders.slice(0, Math.max(0, holders.length - HOLDERS_MAX))) await command(id, 'cancel')
    const over = strangers.filter(({ status }) => ['completed', 'failed', 'cancelled', 'paused'].includes(status))
    for (const { id } of over.slice(0, Math.max(0, over.length - LEFTOVERS_MAX))) {
      await service.ask('DELETE', `/training/jobs/${id}`)
    }
  }

  /** A job in this state: the present one after commands, or a new one. */
  async function inState(status: string, row: JobRow | undefined): Promise<string | undefined> {
    const isReady = row?.status === 'training' || (row?.status === 'paused' && status === 'training')
    const id = row && isReady ? row.id : await create(longJob)
    if (id === undefined) return undefined
    if (row?.status === 'paused' && status === 'training') await command(id, 'resume')
    if (status === 'cancelled') await command(id, 'cancel')
    // A new job starts training a moment later; one that cannot be paused yet is paused the next time.
    if (status === 'paused') await command(id, 'pause')
    return id
  }

  /** Starts jobs for the missing versions, a few at a time; they exist by the next time. */
  async function restock(missing: number): Promise<void> {
    for (let started = apprentices.size; started < Math.min(missing, APPRENTICES_MAX); started++) {
      const id = await create({ ...longJob, epochs: 1 })
      if (id !== undefined) apprentices.add(id)
    }
  }

  /** Takes the free slots, so that the last jobs are queued. */
  async function fillSlots(): Promise<void> {
    let created: string | undefined = ''
    for (let tries = 0; tries < slots && created !== undefined; tries++) created = await create(longJob)
    for (const [place, status] of targetStatuses.entries()) {
      if (status === 'queued') jobs[place] = await create(longJob, '?when_busy=queue')
    }
  }

  /** The current value of a reference in a request; without one, a word that is not an id. */
  async function resolve(of: string, at: string, path: string): Promise<string> {
    const place = Number(at)
    switch (of) {
      case 'job':
        return jobs[place] ?? 'none'
      case 'attempt':
        return attempt.job() ?? 'none'
      case 'upload':
        return attempt.upload(place)
      case 'version':
        return versions[place] ?? 'none'
      case 'document':
        return `fuzz-${place}`
      case 'token':
        return tokens[place] ?? '999999999999998'
      case 'secret':
        return service.secrets[place] ?? ''
      case 'image':
        return `${Date.now() - 1_000}.${place + 1}`
      case 'cursor':
        return cursors.get(at) ?? readCursor(at)
      case 'etag':
        return service.etag(path.replace(/\/(pause|resume|cancel|activate)$/, ''))
      default:
        throw new Error(`No such reference: ${of}`)
    }
  }

  async function readCursor(list: string): Promise<string> {
    const path = { jobs: '/training/jobs', models: '/training/models', documents: '/training/dataset/documents' }[list]
    const { headers } = await service.ask('GET', `${path ?? `/${list}`}?limit=1`)
    const cursor = /[?&]cursor=([\w-]+)/.exec(headers.get('link') ?? '')?.[1] ?? 'NDI'
    cursors.set(list, cursor)
    return cursor
  }

  return { maintain, resolve, jobWithFiles: () => attempt.job() ?? 'none' }
}

export type Population = ReturnType<typeof populationOf>
