import { hexOf } from '../platform/sha256.ts'

/** Digests as they stand in headers (RFC 9530, base64) and in JSON (hex). */

/** A SHA-256 in hex. */
export const SHA256_PATTERN = /^[0-9a-f]{64}$/

const sha256Item = /^sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):$/

/**
 * The SHA-256 that a `Repr-Digest` header names, in hex.
 *
 * @returns `null`: it names none, or only digests of other kinds; `invalid`: that is not the format of one
 */
export function readReprDigest(header: string | undefined): string | null | 'invalid' {
  if (header === undefined) return null
  const named = header.split(',').map((item) => item.trim())
  const own = named.find((item) => /^sha-256\s*=/.test(item))
  if (own === undefined) return named.every((item) => /^[a-z0-9-]+\s*=/.test(item)) ? null : 'invalid'
  const [, base64] = sha256Item.exec(own) ?? []
  return base64 === undefined ? 'invalid' : hexOf(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)))
}

/** The header that names a SHA-256. */
export const reprDigest = (sha256: string): string => `sha-256=:${btoa(String.fromCharCode(...bytesOf(sha256)))}:`

const bytesOf = (hex: string): number[] => (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))
