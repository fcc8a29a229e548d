import { DurableObject } from 'cloudflare:workers'

/** Rows as those of a curve: so many, of so many bytes each in two columns; how many are opened by a read, and its answer. */
export type BareCurve = { rows: number; toldBytes: number; pointsBytes: number; opened: number; answer: string }

type BareEnv = { DB: D1Database; BARE: DurableObjectNamespace<BareObject>; LIMITER: RateLimit }

/** The platform's minimum for what a job's object does: answer, push, and run three alarms. */
export class BareObject extends DurableObject<BareEnv> {
  #value: unknown = null
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  #settled: (() => void) | null = null
  #hasRows = false

  put(value: unknown): void {
    this.#value = value
  }

  get(): unknown {
    return this.#value
  }

  /** A stream that gets `?bytes=` at once and then every `?ms=`, the same chunk as all others. */
  override async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams
    const bytes = Number(query.get('bytes'))
    let controller: ReadableStreamDefaultController<Uint8Array>
    const leave = () => {
      this.#streams.delete(controller)
    }
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own
        controller.enqueue(event(bytes))
        if (this.#streams.size === 0) this.#push(bytes, Number(query.get('ms')))
        this.#streams.add(controller)
      },
      cancel: leave,
    })
    request.signal.addEventListener('abort', leave)
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }

  #push(bytes: number, ms: number): void {
    const timer = setInterval(() => {
      if (this.#streams.size === 0) return clearInterval(timer)
      const chunk = event(bytes)
      for (const controller of this.#streams) controller.enqueue(chunk)
    }, ms)
  }

  /** The minimum of a durable job with three milestones: for each a row here, a row in D1, and the next alarm. */
  async run(id: string, workMs: number): Promise<void> {
    const { sql } = this.ctx.storage
    sql.exec('CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, data TEXT)')
    sql.exec('INSERT INTO events (data) VALUES (?)', JSON.stringify({ id, workMs }))
    await this.ctx.storage.setAlarm(Date.now())
    await this.#record(id, 1)
    await new Promise<void>((resolve) => {
      this.#settled = resolve
    })
  }

  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage
    sql.exec('INSERT INTO events (data) VALUES (?)', '{}')
    const rows = sql.exec<{ data: string }>('SELECT data FROM events ORDER BY seq').toArray()
    const { id, workMs } = JSON.parse(rows[0]?.data ?? '{}')
    if (rows.length < 4) await this.ctx.storage.setAlarm(Date.now() + (rows.length === 2 ? workMs : 0))
    await this.#record(id, rows.length)
    if (rows.length >= 4) this.#settled?.()
  }

  /** The minimum of a report: one row. */
  write(report: string): void {
    this.#makeRows()
    this.ctx.storage.sql.exec('INSERT INTO rows (told, points) VALUES (?, ?)', '', report)
  }

  #makeRows(): void {
    if (this.#hasRows) return
    this.ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS rows (seq INTEGER PRIMARY KEY, told TEXT, points TEXT)')
    this.#hasRows = true
  }

  putCurve({ rows, toldBytes, pointsBytes, opened, answer }: BareCurve): void {
    this.#makeRows()
    const { sql } = this.ctx.storage
    const row = ['t'.repeat(toldBytes), 'p'.repeat(pointsBytes)]
    for (let n = 0; n < rows; n++) sql.exec('INSERT INTO rows (told, points) VALUES (?, ?)', ...row)
    sql.exec('INSERT INTO rows (seq, told, points) VALUES (-1, ?, ?)', String(opened), answer)
  }

  /** The minimum of a thinned history: what all rows tell, and some of them whole. */
  readCurve(): string {
    const { sql } = this.ctx.storage
    type Row = { told: string; points: string }
    const [kept] = sql.exec<Row>('SELECT told, points FROM rows WHERE seq = -1').toArray()
    let bytes = 0
    for (const { told } of sql.exec<{ told: string }>('SELECT told FROM rows WHERE seq > 0')) bytes += told.length
    for (let seq = 1; seq <= Number(kept?.told); seq++) {
      bytes += sql.exec<{ points: string }>('SELECT points FROM rows WHERE seq = ?', seq).one().points.length
    }
    return bytes === 0 ? '' : (kept?.points ?? '')
  }

  async #record(id: string, step: number): Promise<void> {
    await this.env.DB.prepare('INSERT OR REPLACE INTO bodies (id, body) VALUES (?, ?)').bind(id, String(step)).run()
  }
}

const encoder = new TextEncoder()

/** An event of so many bytes with its creation time. */
const event = (bytes: number): Uint8Array =>
  encoder.encode(`${`data: {"elapsed_time_ms":${Date.now()},"padding":"`.padEnd(bytes - 4, 'x')}"}\n\n`)

const text = (body: string | undefined) => new Response(body ?? null, { status: body === undefined ? 404 : 200 })

/** The bare baselines: the same workerd with nothing but the platform between request and answer. */
export default {
  async fetch(request, { BARE, DB, LIMITER }) {
    const { pathname, searchParams } = new URL(request.url)
    switch (`${request.method} ${pathname}`) {
      case 'GET /empty':
        return new Response('{}')
      case 'GET /bytes':
        return new Response(new Uint8Array(Number(searchParams.get('n'))))
      case 'PUT /object':
        await BARE.getByName('one').put(await request.json())
        return new Response()
      case 'GET /row-then-object':
        await DB.prepare('SELECT body FROM bodies WHERE id = ?').bind(searchParams.get('id')).first()
        return Response.json(await BARE.getByName('one').get())
      case 'GET /row': {
        const find = DB.prepare('SELECT body FROM bodies WHERE id = ?').bind(searchParams.get('id'))
        return text((await find.first<{ body: string }>())?.body)
      }
      case 'GET /rows': {
        const rows = await DB.prepare('SELECT body FROM bodies ORDER BY seq DESC LIMIT 50').all<{ body: string }>()
        return text(`[${rows.results.map((row) => row.body).join(',')}]`)
      }
      case 'POST /run': {
        const id = crypto.randomUUID()
        await BARE.getByName(id).run(id, Number(searchParams.get('ms')))
        return text('{}')
      }
      case 'POST /write':
        // Emulated by a call of another object, which the platform does not have.
        if (searchParams.has('limited')) await LIMITER.limit({ key: 'one' })
        await BARE.getByName(String(searchParams.get('id'))).write(await request.text())
        return text('{}')
      case 'PUT /curve':
        await BARE.getByName(String(searchParams.get('id'))).putCurve(await request.json())
        return text('{}')
      case 'GET /curve':
        return text(await BARE.getByName(String(searchParams.get('id'))).readCurve())
      case 'GET /stream':
        return BARE.getByName(`stream ${request.url}`).fetch(request)
      default:
        return text(undefined)
    }
  },
} satisfies ExportedHandler<BareEnv>
