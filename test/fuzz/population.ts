import { population as counts } from './meanings.ts'
import type { Service } from './service.ts'

/** What the requests are about: a few jobs, versions, documents and tokens, each in its place, made anew when used up. */

/** The state that the job in each place is kept in. `queued` holds only while every slot is taken. */
const wanted = [
  ...['training', 'training', 'training', 'paused', 'paused', 'paused', 'completed', 'completed', 'cancelled'],
  ...['queued', 'queued'],
]

/** Jobs that somebody else made and that are over, and documents and tokens, of which some are kept and the rest not. */
const LEFTOVERS_MAX = 40
/** Completed jobs, each with its version, that wait to take a place. */
const STOCK = 10

type Row = { id: string; status: string; slot: number | null }

export function populationOf(service: Service, slots: number) {
  const jobs: (string | undefined)[] = []
  let versions: string[] = []
  let tokens: string[] = []
  const cursors = new Map<string, string>()
  const longJob = { name: 'Fuzz', bundeslaender: ['BY'], epochs: 100 }

  const create = async (config: object, query = ''): Promise<string | undefined> =>
    (await service.ask('POST', `/training/jobs${query}`, config)).json.id
  const command = (id: string, what: string) => service.ask('POST', `/training/jobs/${id}/${what}`)

  /**
   * Puts everything back into its place.
   *
   * @param isBusy whether every slot is to be taken, so that jobs wait; else some are free
   */
  async function tend(isBusy: boolean): Promise<void> {
    const known = await service.rows<Row>('SELECT id, status, slot FROM jobs ORDER BY seq')
    const rows = new Map(known.map((row) => [row.id, row]))
    const mine = new Set(jobs)
    const strangers = known.filter(({ id }) => !mine.has(id))
    await removeLeftovers(strangers)
    const completed = strangers.filter(({ status }) => status === 'completed')
    for (const [place, status] of wanted.entries()) {
      const row = rows.get(jobs[place] ?? '')
      if (status === 'queued' ? isBusy === (row?.status === 'queued') : row?.status === status) continue
      if (status === 'completed') jobs[place] = completed.pop()?.id ?? jobs[place]
      else if (status !== 'queued') jobs[place] = await made(status, row)
    }
    const inStock = (await service.rows<{ n: number }>('SELECT count(*) AS n FROM model_versions'))[0]?.n ?? 0
    if (!isBusy && inStock < STOCK + counts.version) for (let i = 0; i < 3; i++) await create({ ...longJob, epochs: 1 })
    if (isBusy) await fillSlots()
    await tendOthers()
    cursors.clear()
  }

  /** Frees the slots that others hold, and deletes what is over. */
  async function removeLeftovers(strangers: Row[]): Promise<void> {
    const holders = strangers.filter(({ status, slot }) => slot !== null || status === 'queued')
    for (const { id } of holders.slice(0, Math.max(0, holders.length - 4))) await command(id, 'cancel')
    const over = strangers.filter(({ status }) => ['completed', 'failed', 'cancelled', 'paused'].includes(status))
    for (const { id } of over.slice(0, Math.max(0, over.length - LEFTOVERS_MAX))) {
      await service.ask('DELETE', `/training/jobs/${id}`)
    }
  }

  /** A job in a state: the one that is there, brought into it, or a new one. */
  async function made(status: string, row: Row | undefined): Promise<string | undefined> {
    const isReady = row?.status === 'training' || (row?.status === 'paused' && status === 'training')
    const id = row && isReady ? row.id : await create(longJob)
    if (id === undefined) return undefined
    if (row?.status === 'paused' && status === 'training') await command(id, 'resume')
    if (status === 'cancelled') await command(id, 'cancel')
    // A new job trains a moment later; one that cannot be paused yet is paused the next time.
    if (status === 'paused') await command(id, 'pause')
    return id
  }

  /** Takes the free slots, so that the last jobs must wait. */
  async function fillSlots(): Promise<void> {
    const held = (await service.rows<Row>('SELECT id FROM jobs WHERE slot IS NOT NULL')).length
    for (let taken = held; taken < slots; taken++) await create(longJob)
    for (const [place, status] of wanted.entries()) {
      if (status === 'queued') jobs[place] = await create(longJob, '?when_busy=queue')
    }
  }

  async function tendOthers(): Promise<void> {
    const rows = await service.rows<{ id: string }>('SELECT id FROM model_versions ORDER BY seq DESC LIMIT 6')
    versions = rows.map(({ id }) => id)
    await service.forgetOthers('documents', 'fuzz-*', LEFTOVERS_MAX)
    await service.forgetOthers('api_tokens', 'fuzz *', LEFTOVERS_MAX)
    const documents = Array.from({ length: counts.document }, (_, at) => ({
      ...{
        id: `fuzz-${at}`,
        title: 'Fuzz',
        bundesland: 'BY',
        doc_type: 'verordnung',
        chunks: at,
        training_allowed: at < 4,
      },
    }))
    await service.ask('PUT', '/training/dataset/documents', { documents })
    const kept = await service.rows<{ id: number; name: string }>(
      "SELECT id, name FROM api_tokens WHERE name GLOB 'fuzz [0-9]'",
    )
    tokens = []
    for (let at = 0; at < counts.token; at++) {
      const name = `fuzz ${at}`
      const id = kept.find((one) => one.name === name)?.id
      tokens[at] = id?.toString() ?? (await service.ask('POST', '/tokens', { name, role: 'viewer' })).json.id
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
