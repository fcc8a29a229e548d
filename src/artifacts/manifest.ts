import { sha256 } from '../platform/sha256.ts'
import type { LedgerFile } from './ledger.ts'

/**
 * The digest that names a set of files: SHA-256 over the lines `sha256 size path`, each with a line feed, sorted by their
 * bytes. `null`: there are no files.
 */
export async function manifestOf(
  files: readonly Pick<LedgerFile, 'sha256' | 'size' | 'path'>[],
): Promise<string | null> {
  if (files.length === 0) return null
  const lines = files.map(({ sha256: digest, size, path }) => `${digest} ${size} ${path}\n`)
  return sha256(lines.sort(byBytes).join(''))
}

/** In the order of their UTF-8, which is that of their code points. */
function byBytes(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}
