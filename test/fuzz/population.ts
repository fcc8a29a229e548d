import { forgetOthers, type JobSeen, lookInto } from './look.ts'
import { population as counts } from './meanings.ts'
import type { Service } from './service.ts'

/** What the requests are about: a few jobs, versions, documents and tokens, each in its place, made anew when used up. */

/** The state that the job in each place is kept in. `queued` holds only while every slot is taken. */
const wanted = [
  ...['training', 'training', 'training', 'paused', 'paused', 'paused', 'completed', 'completed', 'cancelled'],
  ...['queued', 'queued'],
]

/** Jobs that somebody else made and that are over, documents and tokens: beyond so many they are removed. */
const LEFTOVERS_MAX = 40
/** Jobs that somebody else made and that hold a slot: as many go on. */
const HOLDERS_MAX = 4
/** Jobs that train a version at a time: with those above and the population's own they find a slot each. */
const APPRENTICES_MAX = 4
/** Versions, so that there is always one to delete. */
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
  /** Short jobs, each of which will be completed and leave a version. */
  const apprentices = new Set<string>()

  const create = async (config: object, query = ''): Promise<string | undefined> =>
    (await service.ask('POST', `/training/jobs${query}`, config)).json.id
  const command = (id: string, what: string) => service.ask('POST', `/training/jobs/${id}/${what}`)

  /**
   * Puts everything back into its place.
   *
   * @param isBusy whether every slot is to be taken, so that jobs wait; else some are free
   */
  async function tend(isBusy: boolean): Promise<void> {
    const found = await lookInto(db)
    const mine = new Set(jobs)
    const strangers = found.jobs.filter(({ id }) => !mine.has(id))
    for (const { id, slot } of strangers) if (slot === null) apprentices.delete(id)
    await removeLeftovers(strangers)
    const completed = strangers.filter(({ status }) => status === 'completed')
    for (const [place, status] of wanted.entries()) {
      const row = found.jobs.find(({ id }) => id === jobs[place])
      if (row?.status === status || status === 'queued') continue
      if (status === 'completed') jobs[place] = completed.pop()?.id ?? jobs[place]
      else jobs[place] = await made(status, row)
    }
    if (isBusy) await fillSlots()
    else await restock(STOCK - found.versions.length)
    versions = found.versions.slice(0, counts.version)
    if (found.documents.mine < counts.document) await service.ask('PUT', '/training/dataset/documents', { documents })
    for (const [at, name] of tokenNames.entries()) {
      const known = found.tokens.find((one) => one.name === name)?.id
      tokens[at] = known?.toString() ?? (await service.ask('POST', '/tokens', { name, role: 'viewer' })).json.id
    }
    if (found.documents.others > LEFTOVERS_MAX || found.tokens.length > LEFTOVERS_MAX) await forgetOthers(db)
    cursors.clear()
  }

  /** Frees the slots that others hold, and deletes what is over. */
  async function removeLeftovers(strangers: JobSeen[]): Promise<void> {
    const holders = strangers.filter(
      ({ id, status, slot }) => (slot !== null || status === 'queued') && !apprentices.has(id),
    )
    for (const { id } of holders.slice(0, Math.max(0, holders.length - HOLDERS_MAX))) await command(id, 'cancel')
    const over = strangers.filter(({ status }) => ['completed', 'failed', 'cancelled', 'paused'].includes(status))
    for (const { id } of over.slice(0, Math.max(0, over.length - LEFTOVERS_MAX))) {
      await service.ask('DELETE', `/training/jobs/${id}`)
    }
  }

  /** A job in a state: the one that is there, brought into it, or a new one. */
  async function made(status: string, row: JobSeen | undefined): Promise<string | undefined> {
    const isReady = row?.status === 'training' || (row?.status === 'paused' && status === 'training')
    const id = row && isReady ? row.id : await create(longJob)
    if (id === undefined) return undefined
    if (row?.status === 'paused' && status === 'training') await command(id, 'resume')
    if (status === 'cancelled') await command(id, 'cancel')
    // A new job trains a moment later; one that cannot be paused yet is paused the next time.
    if (status === 'paused') await command(id, 'pause')
    return id
  }

  /** Has so many versions more come about, a few at a time: by the next time they are there. */
  async function restock(missing: number): Promise<void> {
    for (let started = apprentices.size; started < Math.min(missing, APPRENTICES_MAX); started++) {
      const id = await create({ ...longJob, epochs: 1 })
      if (id !== undefined) apprentices.add(id)
    }
  }

  /** Takes the free slots, so that the last jobs must wait. */
  async function fillSlots(): Promise<void> {
    let taken: string | undefined = ''
    for (let tries = 0; tries < slots && taken !== undefined; tries++) taken = await create(longJob)
    for (const [place, status] of wanted.entries()) {
      if (status === 'queued') jobs[place] = await create(longJob, '?when_busy=queue')
    }
  }

  /** What a reference in a request stands for now. What there is none of is a word that is no id of anything. */
  async function resolve(of: string, at: string, path: string): Promise<string> {
    const place = Number(at)
    switch (of) {
      case 'job':
        return jobs[place] ?? 'none'
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

  return { tend, resolve }
}

export type Population = ReturnType<typeof populationOf>
