import { putArtifact, registerCheckpoint } from '../../src/jobs/artifacts.ts'
import { abortUpload, completeUpload, openUpload, putPart } from '../../src/jobs/uploads.ts'
import { type FileChecks, readWhole } from './file-checks.ts'
import { name } from './ledger.ts'
import { sha256Of } from './r2.ts'
import type { Wire } from './wire.ts'
import { speakerOf, type Work } from './work.ts'
import type { World } from './world.ts'

/** Bytes of a part: the least that R2 takes is checked by the route. */
const PART_BYTES = 32

/** How often a runner tries to send a file. */
const TRIES = 4

/** Refusals after which it is worth another try. */
const transient = ['artifacts_unavailable', 'digest_mismatch', 'upload_not_found', 'parts_missing']

/** What a runner does with files: it saves checkpoints, sends its model, and fetches what its job resumes from. */
export class Courier {
  readonly #world: World
  readonly #wire: Wire
  readonly #checks: FileChecks
  readonly #here: <T>(answer: Promise<T>) => Promise<T>

  /** @param here waits for an answer as its machine does, which may be frozen or restarted meanwhile */
  constructor(world: World, wire: Wire, checks: FileChecks, here: <T>(answer: Promise<T>) => Promise<T>) {
    this.#world = world
    this.#wire = wire
    this.#checks = checks
    this.#here = here
  }

  /** Fetches the checkpoint that a job resumes from: all files that were there when it was registered. */
  async fetch(work: Work): Promise<void> {
    if (work.resumePath === null) return
    for (const path of this.#checks.checkpoint(work.resumePath)) {
      const read = (env: Env, hash: string) => readWhole(env, work.job, hash, path)
      const answer = await this.#ask(work, `fetch ${path}`, read)
      if (answer !== undefined && 'reason' in answer && answer.reason === 'artifact_not_found')
        this.#checks.break(17, `${name(work.job)} resumes from ${work.resumePath}, of which ${path} is gone`)
      if (answer !== undefined && 'broken' in answer) this.#checks.break(17, `${name(work.job)}: ${answer.broken}`)
    }
  }

  /** Now and then, saves and registers a checkpoint. */
  async save(work: Work): Promise<void> {
    const step = (work.process?.step ?? 0) - 1
    if (step < 0 || work.process?.end !== null || !this.#world.random.chance(0.1)) return
    const folder = `checkpoints/${name(work.job)}-${work.attempt}-${step}`
    const sent: string[] = []
    for (const file of ['weights', 'state'].slice(this.#world.random.int(0, 1))) {
      const path = `${folder}/${file}`
      if (await this.#send(work, path, `${path} of ${this.#world.random.int(1, 2)} epochs`)) sent.push(path)
    }
    if (sent.length === 0) return
    this.#checks.registers(work.job, step, folder, sent)
    await this.#ask(work, `checkpoint ${folder}`, async (env, hash) => {
      const refusal = await registerCheckpoint(env, work.job, hash, { path: folder, step })
      return refusal ?? { done: true }
    })
  }

  /** Sends the files of the model, often the same as those of other jobs. */
  async sendModel(work: Work): Promise<void> {
    for (const file of ['weights', 'config'].slice(this.#world.random.int(0, 1)))
      await this.#send(
        work,
        `model/${file}`,
        `the ${file} of a model that many jobs have, ${this.#world.random.int(1, 3)}`,
      )
    work.hasSentModel = true
  }

  /** @returns whether it is there */
  async #send(work: Work, path: string, text: string): Promise<boolean> {
    const bytes = new TextEncoder().encode(text)
    const inParts = this.#world.random.chance(0.4)
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await (inParts ? this.#sendInParts(work, path, bytes) : this.#put(work, path, bytes))
      if (answer !== undefined && !('reason' in answer)) return true
      if (answer !== undefined && !transient.includes(answer.reason)) return false
      await this.#here(this.#world.delay(this.#world.random.int(100, 10_000)))
    }
    return false
  }

  #put(work: Work, path: string, bytes: Uint8Array) {
    const announced = this.#world.random.chance(0.8) ? sha256Of(bytes) : null
    const sent = announced === null ? bytes : this.#garbled(bytes)
    const file = { path, size: bytes.length, type: 'text/plain', sha256: announced }
    return this.#ask(work, `put ${path}`, (env, hash) => putArtifact(env, work.job, hash, file, sent))
  }

  async #sendInParts(work: Work, path: string, bytes: Uint8Array) {
    const { job } = work
    const file = { path, size: bytes.length, type: 'text/plain', sha256: sha256Of(bytes), partSize: PART_BYTES }
    const opened = await this.#ask(work, `open ${path}`, (env, hash) => openUpload(env, job, hash, file))
    if (opened === undefined || !('upload' in opened)) return opened
    const { number } = opened.upload
    for (let part = 1; (part - 1) * PART_BYTES < bytes.length; part++) {
      if (opened.received.includes(part)) continue
      const whole = bytes.slice((part - 1) * PART_BYTES, part * PART_BYTES)
      const content = { bytes: this.#garbled(whole), size: whole.length, announced: sha256Of(whole) }
      await this.#ask(work, `part ${part} of ${path}`, async (env, hash) => {
        return (await putPart(env, job, hash, number, part, content)) ?? { done: true }
      })
    }
    if (this.#world.random.chance(0.1)) {
      await this.#ask(work, `abort ${path}`, async (env, hash) => {
        return (await abortUpload(env, job, hash, number)) ?? { done: true }
      })
      return { reason: 'upload_not_found' as const }
    }
    return this.#ask(work, `complete ${path}`, (env, hash) => completeUpload(env, job, hash, number))
  }

  #ask<T extends object>(work: Work, word: string, ask: (env: Env, hash: string) => Promise<T>) {
    return this.#here(this.#wire.ask(speakerOf(work), word, ask))
  }

  /** The bytes, or what a bad line makes of them. */
  #garbled(bytes: Uint8Array): Uint8Array {
    if (!this.#world.strikes('bytes-garbled', 0.2)) return bytes
    return this.#world.random.chance(0.5) ? bytes.slice(1) : bytes.map((byte) => byte ^ 1)
  }
}
