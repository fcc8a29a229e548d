import { computed, signal } from '@preact/signals'
import type { OcrEvent } from '../../../client/index.ts'
import { ApiError } from '../../../client/index.ts'
import { ownProblem, type Problem } from '../../api/problem.ts'
import type { Connection } from '../../live/protocol.ts'
import { watchBatch } from './watch-batch.ts'

/** The result of an image, and its position in the batch, from 1. */
export type Result = Extract<OcrEvent, { type: 'progress' }>['result'] & { image: number }

/** A batch as seen by this tab. It outlives the page of OCR until the document is closed. */
export type Run = {
  images: number
  phase: 'running' | 'complete' | 'stopped' | 'refused'
  connection: Connection
  results: readonly Result[]
  /** At `atMs` (Unix ms): time since the start, and until the end if known. */
  elapsedMs: number
  remainingMs: number | null
  atMs: number
  refusal: Problem | null
}

/** The current or last batch. */
export const run = signal<Run | null>(null)

export const isRunning = computed(() => run.value?.phase === 'running')

let stopping = new AbortController()
let cursor: { id: string | undefined } = { id: undefined }

/** Starts a batch, unless one is running. */
export function start(images: number): void {
  if (isRunning.peek()) return
  cursor = { id: undefined }
  run.value = {
    images,
    phase: 'running',
    connection: { state: 'connecting' },
    results: [],
    elapsedMs: 0,
    remainingMs: null,
    atMs: Date.now(),
    refusal: null,
  }
  void watch(images)
}

/** Resumes a batch that was rejected midway, after the last image. */
export function goOn(): void {
  const before = run.peek()
  if (before?.phase !== 'refused') return
  run.value = { ...before, phase: 'running', connection: { state: 'connecting' }, refusal: null }
  void watch(before.images)
}

/** Stops the batch: the server works only while a stream is open. */
export function stop(): void {
  stopping.abort()
}

async function watch(images: number): Promise<void> {
  stopping = new AbortController()
  const { signal } = stopping
  const events = watchBatch(images, {
    signal,
    cursor,
    onConnected: () => change({ connection: { state: 'live' } }),
    onLost: (waitMs) => change({ connection: { state: 'reconnecting', atMs: Date.now() + waitMs }, remainingMs: null }),
  })
  try {
    for await (const event of events) change(after(event))
    end({ phase: 'complete' })
  } catch (error) {
    if (signal.aborted) end({ phase: 'stopped' })
    else end({ phase: 'refused', connection: { state: 'refused', status: 0 }, refusal: problemOf(error) })
  }
}

const problemOf = (error: unknown): Problem =>
  (error instanceof ApiError ? error.problem : null) ??
  ownProblem('unexpected', error instanceof ApiError ? error.status : 0)

function after(event: OcrEvent): Partial<Run> {
  if (event.type === 'complete') return { elapsedMs: event.total_time_ms, remainingMs: 0, atMs: Date.now() }
  const results = run.peek()?.results ?? []
  return {
    results: [...results, { ...event.result, image: event.current }],
    elapsedMs: event.elapsed_ms,
    remainingMs: event.estimated_remaining_ms,
    atMs: Date.now(),
  }
}

function change(changes: Partial<Run>): void {
  if (run.value !== null) run.value = { ...run.value, ...changes }
}

/** The clock stops with the batch. */
function end(changes: Partial<Run>): void {
  const now = Date.now()
  const before = run.value
  if (before === null) return
  const elapsedMs = changes.phase === 'complete' ? before.elapsedMs : before.elapsedMs + now - before.atMs
  change({ connection: { state: 'ended' }, remainingMs: null, elapsedMs, atMs: now, ...changes })
}
