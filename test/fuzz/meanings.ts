import fc from 'fast-check'
import { BODY_BYTES_MAX, DATASET_BODY_BYTES_MAX, REPORT_BYTES_MAX } from '../../src/platform/limits.ts'
import type { Json } from './json.ts'
import type { Plan } from './request.ts'

/** Rules that the document states in prose or not at all: which ids exist, and which values belong together. */

const some = (of: string, ids: number): fc.Arbitrary<string> => fc.nat(ids - 1).map((at) => `{${of}:${at}}`)

/** The size of the population by kind; a reference names one of them. */
export const population = { job: 11, version: 6, document: 8, token: 4, secret: 3, upload: 3 } as const

export const references = Object.fromEntries(
  Object.entries(population).map(([of, count]) => [of, some(of, count)]),
) as Record<keyof typeof population, fc.Arbitrary<string>>

/** Files of the job that a runner of the population has, and of the version in the first place. */
export const files = ['fuzz/0', 'fuzz/1', 'fuzz/2'] as const
export const modelFile = 'weights.bin'
/** Folders of its checkpoints: the step of each is its place, from 1. The first is registered. */
export const checkpoints = ['checkpoints/1', 'checkpoints/2'] as const
/** Bytes of each of its uploads, which have one part. */
export const UPLOAD_BYTES = 8

/** What is no path of a file. */
export const noPaths = ['/a', 'a/', 'a//b', 'a/./b', 'a/../b', 'a\\b', 'a\0b', 'e\u0301', 'x'.repeat(513)]

/** Bytes that an operation can take. */
export const bytesFor = (path: string): fc.Arbitrary<string> =>
  path.endsWith('/parts/{part}')
    ? fc.constantFrom('a part\r\n', 'another.')
    : fc.constantFrom('x', '{"a":1', '<script>alert(1)</script>', 'ä'.repeat(999), '\0')

/** Paths of files that there may or may not be. */
export const filePath = fc.stringMatching(/^[a-z0-9_-]{1,9}(\/[a-z0-9_.-]{3,9}){0,3}$/)

/** A time in the distant future with a four-digit year. */
const later = fc
  .date({ min: new Date('2200-01-01T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(
      date.toISOString(),
      date.toISOString().replace(/\.\d+Z$/, 'Z'),
      date.toISOString().replace('Z', '+05:30'),
      date.toISOString().replace('Z', '-23:59'),
    ),
  )

const meanings: Record<string, fc.Arbitrary<Json>> = {
  // The fuzz has no time to wait.
  'ClaimInput.wait_s': fc.constantFrom(0, 0.01),
  'ReportInput.sequence': fc.integer({ min: 1, max: 3 }),
  'FinishInput.sequence': fc.integer({ min: 1, max: 3 }),
  'UploadInput.size': fc.constant(UPLOAD_BYTES),
  'CheckpointInput.path': fc.constantFrom(...checkpoints),
  'CheckpointInput.step': fc.constantFrom(...checkpoints.map((_, at) => at + 1)),
  'SignIn.token': references.secret,
  'TokenInput.expires_at': later,
  'DocumentInput.id': fc.oneof(references.document, fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$/)),
  // The dataset allows 50 types: further ones would exhaust them.
  'DocumentInput.doc_type': fc.constantFrom('verordnung', 'erlass', 'gesetz', 'x', `z${'_-9'.repeat(13)}`),
}

/** Values for a body's field (`Component.property`) in place of those of its schema. */
export const meaningOf = (place: string): fc.Arbitrary<Json> | undefined => meanings[place]

/** Values for a parameter in place of those of its schema; references are resolved. */
export function parameterMeaning(path: string, name: string): fc.Arbitrary<string> | undefined {
  const list = path.slice(path.lastIndexOf('/') + 1)
  switch (name) {
    case 'id':
      return idIn(path)
    case 'job_id':
      return references.job
    case 'cursor':
      return fc.constant(`{cursor:${list}}`)
    case 'path':
      return fc.oneof({ weight: 3, arbitrary: fileIn(path) }, { weight: 1, arbitrary: filePath })
    case 'upload':
      return references.upload
    case 'part':
      return fc.constant('1')
    case 'Repr-Digest':
      return fc.constant('{digest}')
    case 'Range':
      return fc.constantFrom('bytes=0-1', 'bytes=-3', 'bytes=2-', 'bytes=99999-', 'bytes=0-0,2-2')
    case 'If-Range':
      return fc.constantFrom('{etag}', '"other"')
    case 'If-Match':
      return fc.constantFrom('{etag}', '{etag}', '*', '"other", {etag}')
    case 'If-None-Match':
      return fc.constantFrom('{etag}', '*', '"other"', 'W/{etag}', 'no etag at all')
    case 'Last-Event-ID':
    case 'after':
      if (path.endsWith('/ocr/stream')) return some('image', 3)
      return path.endsWith('/metrics/stream') ? fc.constantFrom('1.0', '1.1', '2.0', '3.57', '6.100') : undefined
    default:
      return undefined
  }
}

/** What only a job with a live attempt of a runner has. */
const ofAttempt = /\/jobs\/\{id\}\/(reports|finish|give-up|output|attempts|checkpoints|artifacts|archive|uploads)(\/|$)/

const fileIn = (path: string): fc.Arbitrary<string> =>
  path.includes('/models/') ? fc.constant(modelFile) : fc.constantFrom(...files)

function idIn(path: string): fc.Arbitrary<string> | undefined {
  if (ofAttempt.test(path)) {
    return fc.oneof({ weight: 5, arbitrary: fc.constant('{attempt:0}') }, { weight: 1, arbitrary: references.job })
  }
  if (path.includes('/jobs/')) return fc.oneof(references.job, jobFor(path))
  // Only the first is sure to have files.
  if (path.includes('/files/')) return fc.oneof(fc.constant('{version:0}'), references.version)
  if (path.includes('/models/')) return references.version
  if (path.includes('/tokens/')) return references.token
  return path.includes('/documents/') ? references.document : undefined
}

/** A job on which a command can succeed: the population has running jobs first, then paused ones. */
const jobFor = (path: string): fc.Arbitrary<string> => {
  if (path.endsWith('/pause')) return some('job', 3)
  return path.endsWith('/resume') ? fc.constantFrom('{job:3}', '{job:4}', '{job:5}') : references.job
}

/** A request that is repeated unchanged: every answer must equal the first. */
export const repeated: Record<string, Pick<Plan, 'query' | 'headers'> & { text: string }> = {
  postJobs: {
    query: [],
    headers: [['Idempotency-Key', 'again']],
    text: '{"name":"Again","bundeslaender":["HE"],"epochs":1}',
  },
}

/** Maximum bytes of an operation's body. */
export const bodyBytesMax = (id: string): number => bodyBounds[id] ?? BODY_BYTES_MAX

/** The bounds of bodies that may be larger than most. */
const bodyBounds: Readonly<Record<string, number>> = {
  putDatasetDocuments: DATASET_BODY_BYTES_MAX,
  postJobsByIdReports: REPORT_BYTES_MAX,
}

/**
 * Types of errors in a 422 that a request valid by the document can get: schemas cannot express the state of a stream,
 * a dataset or an Idempotency-Key.
 */
export const unforeseen = [
  'unknown_cursor',
  'cursor',
  'too_many_doc_types',
  'too_many_documents',
  'key_reused',
  'no_checkpoint',
  'simulated_resume',
  'missing_sequence',
]

/** Where the service accepts more than its schemas: other spellings of a Bundesland, other addresses, other kinds of digests. */
export const isLenient = (said: {
  words?: unknown[] | undefined
  format?: string | undefined
  pattern?: string | undefined
}): boolean =>
  said.words?.includes('BY') === true || said.format === 'uri' || said.pattern?.startsWith('^sha-256=') === true
