import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { createCredentialCheck } from '../auth/credential-check.ts'
import type { AppEnv } from '../auth/env.ts'
import { differing } from '../http/differing.ts'
import { invalid, invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { OCR_IMAGES_MAX, OCR_RESUME_MAX_MS } from '../platform/limits.ts'
import { readSettings } from '../platform/settings.ts'
import { streamHeaders } from '../platform/sse.ts'
import type { Sleep } from '../platform/timeout.ts'
import { parseCursor } from './cursor.ts'
import { simulatedEngine } from './engine.ts'
import { BatchHeaders, BatchQuery, OcrEvent } from './schema.ts'
import { batchStream } from './stream.ts'

const sleep: Sleep = (ms, signal) => scheduler.wait(ms, { signal })

const streamRoute = createRoute({
  method: 'get',
  path: '/ocr/stream',
  tags: ['Streams'],
  summary: 'Run OCR on a batch of images and stream the results',
  description:
    'One `progress` event per image, then a final `complete` event. Nothing is stored: a batch can be resumed by the ' +
    `id of the last event received, up to ${OCR_RESUME_MAX_MS / 3_600_000} hours after it started. ` +
    differing('Times are measured; a reconnect resumes the batch after the last image received.'),
  request: { query: BatchQuery, headers: BatchHeaders },
  responses: {
    200: { description: 'The results of the batch, live', content: { 'text/event-stream': { schema: OcrEvent } } },
    204: { description: 'The `complete` event has already been received; do not reconnect' },
    400: problemResponse(`\`images_count must be between 1 and ${OCR_IMAGES_MAX}\``),
    ...invalidResponse,
  },
})

/** Batch text recognition, with a simulated engine. */
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
      { loc: lastEventId ? ['header', 'Last-Event-ID'] : ['query', 'after'], msg: cursor, type: 'cursor' },
    ])
  }
  if (cursor.event > images) return c.body(null, 204, { 'Cache-Control': 'no-store' })
  if (c.req.method === 'HEAD') return c.body(null, 200, streamHeaders)

  const { simulationSpeed: speed } = readSettings(c.env)
  const engine = simulatedEngine({ speed, random: Math.random, sleep })
  const isAuthorized = createCredentialCheck(c.env.DB, c.get('credential'), Date.now)
  const batch = { images, cursor, engine, now: Date.now, sleep, isAuthorized }
  return c.body(batchStream(batch, c.req.raw.signal), 200, streamHeaders)
})
