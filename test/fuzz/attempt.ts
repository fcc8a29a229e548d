import { createHash } from 'node:crypto'
import { checkpoints, files, modelFile, population, UPLOAD_BYTES } from './meanings.ts'
import type { Service } from './service.ts'

/** The job that a runner of the population has, with files, uploads and a checkpoint. */
export function attemptOf(service: Service) {
  let job: string | undefined
  let uploads: string[] = []
  /** Uploads so far: each has another content, so that none is there already. */
  let begun = 0

  const ask = (method: string, path: string, body?: object | string) =>
    service.ask(method, `/training/jobs/${job}${path}`, body, 'attempt')

  /**
   * Restores what requests have used up.
   *
   * @param isModelMissing whether a job is to be completed, so that there is a model version with files
   */
  async function maintain(isModelMissing: boolean): Promise<void> {
    if (isModelMissing && (await begin())) {
      await ask('PUT', `/artifacts/model/${modelFile}`, 'weights')
      await ask('POST', '/finish', { sequence: 1, outcome: 'completed' })
    }
    const isHeard = job !== undefined && (await ask('POST', '/reports', {})).status === 200
    if (!isHeard && !(await begin())) return
    const paths = [...files, ...checkpoints.map((folder) => `${folder}/state`)]
    await Promise.all(paths.map((path) => ask('PUT', `/artifacts/${path}`, path)))
    await ask('POST', '/checkpoints', { path: checkpoints[0], step: 1 })
    uploads = await Promise.all(Array.from({ length: population.upload }, (_, place) => beginUpload(place)))
  }

  /** Has a runner claim a job, maybe one that a request created, and confirm it. @returns whether it got one */
  async function begin(): Promise<boolean> {
    await service.ask('POST', '/training/jobs', { name: 'Fuzz', bundeslaender: ['BY'], epochs: 100, trainer: 'runner' })
    const { json } = await service.ask('POST', '/training/claims', { runner: 'fuzz', claim_id: crypto.randomUUID() })
    if (json.token === undefined) return false
    job = json.job.id
    service.credentials.set('attempt', [['Authorization', `Bearer ${json.token}`]])
    return (await ask('POST', '/reports', {})).status === 200
  }

  /** The number of the open upload in a place. Of those in odd places every part has come. */
  async function beginUpload(place: number): Promise<string> {
    const open = uploads[place]
    if (open !== undefined && (await ask('GET', `/uploads/${open}`)).status === 200) return open
    const content = String(begun++).padStart(UPLOAD_BYTES)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const file = { path: `uploads/${begun}`, size: UPLOAD_BYTES, sha256, part_size: 8_000_000 }
    const { json } = await ask('POST', '/uploads', file)
    if (place % 2 === 1) await ask('PUT', `/uploads/${json.id}/parts/1`, content)
    return json.id ?? '1'
  }

  return { maintain, job: () => job, upload: (place: number) => uploads[place] ?? '1' }
}
