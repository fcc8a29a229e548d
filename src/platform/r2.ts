/** R2 did not answer: what was asked may or may not have been carried out, and a retry may succeed. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super(`R2 does not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
    this.name = 'StoreUnavailable'
  }
}

/** What R2 says by itself: what it was sent does not have the checksum; there is no such multipart upload, or part. */
export type StoreError = 'digest_mismatch' | 'no_upload'

const codes: Readonly<Record<string, StoreError>> = { 10037: 'digest_mismatch', 10024: 'no_upload', 10025: 'no_upload' }

/** The error that R2 named, by the number at its end; `null`: another one. */
export const storeErrorOf = (error: unknown): StoreError | null =>
  codes[/\((\d{5})\)/.exec(String(error))?.[1] ?? ''] ?? null
