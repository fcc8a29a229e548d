import { JOB_TOKEN_PREFIX, SECRET_PATTERN } from '../platform/token-pattern.ts'
import { UUID_PATTERN } from '../shared/uuid.ts'
import { newSecret } from './secret.ts'

const whole = new RegExp(`^${JOB_TOKEN_PREFIX}(${UUID_PATTERN})_${SECRET_PATTERN}$`)

/** A new token for an attempt at a job. The job's object keeps its SHA-256. */
export const newJobToken = (jobId: string): string => `${JOB_TOKEN_PREFIX}${jobId}_${newSecret()}`

/** The job that a job token names; `null` if the text does not have the format of one. */
export const jobOfToken = (text: string): string | null => whole.exec(text)?.[1] ?? null
