import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../http/env.ts'
import { invalid, invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { OCR_IMAGES_MAX } from '../limits.ts'
import { readSettings } from '../settings.ts'
import { streamHeaders } from '../sse.ts'
import { parseCursor } from './cursor.ts'
import { type Sleep, simulatedEngine } from './engine.ts'
import { batchStream } from './stream.ts'

const sleep: Sleep = (ms, signal) => scheduler.wait(ms, { signal })

const cursor = (description: string) => z.string().optional().openapi({ description })

const streamRoute = createRoute({
  method: 'get',
  path: '/ocr/stream',
  tags: ['Streams'],
  summary: 'Recognise a batch of images, and watch it',
  description:
    'Server-Sent Events: a `progress` event for each image, then one `complete` event and the end. A client that ' +
    'comes back with the id of its last event goes on behind it.',
  request: {
    query: z.object({
      images_count: z
        .string()
        .regex(/^[+-]?\d+$/, 'Expected a whole number')
        .transform(Number)
        .openapi({ type: 'integer', minimum: 1, maximum: OCR_IMAGES_MAX, example: 10 }),
      after: cursor('Id of the last event received; `Last-Event-ID` goes before it'),
    }),
    headers: z.object({ 'Last-Event-ID': cursor('Id of the last event received; `EventSource` sends it by itself') }),
  },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'The client has the `complete` event already: it need not come back' },
    400: problemResponse(`\`images_count must be between 1 and ${OCR_IMAGES_MAX}\``),
    ...invalidResponse,
  },
})

/** Batch text recognition; the engine behind it is a simulation. */
export const ocr = new OpenAPIHono<AppEnv>().openapi(streamRoute, (c) => {
  const { images_count: images, after } = c.req.valid('query')
  if (images < 1 || images > OCR_IMAGES_MAX) {
    return problem(c, 400, `images_count must be between 1 and ${OCR_IMAGES_MAX}`)
  }
  const lastEventId = c.req.valid('header')['Last-Event-ID']
  const id = lastEventId || after
  const nowMs = Date.now()
  const cursor = id ? parseCursor(id, images, nowMs) : { startedMs: nowMs, event: 0 }
  if (typeof cursor === 'string') {
    return invalid(c, [
      { loc: lastEventId ? ['header', 'last-event-id'] : ['query', 'after'], msg: cursor, type: 'cursor' },
    ])
  }
  if (cursor.event > images) return c.body(null, 204, { 'Cache-Control': 'no-store' })
  if (c.req.method === 'HEAD') return c.body(null, 200, streamHeaders)

  const { simulationSpeed: speed } = readSettings(c.env)
  const engine = simulatedEngine({ speed, random: Math.random, sleep })
  const batch = { images, cursor, engine, now: Date.now, sleep }
  return c.body(batchStream(batch, c.req.raw.signal), 200, streamHeaders)
})
