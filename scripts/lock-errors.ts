/** An entry of package-lock.json. */
type LockedPackage = { integrity?: string; resolved?: string; link?: boolean }

/**
 * The errors in a lock file, a line each: a package without a SHA-512, which `npm ci` would install unverified, or with
 * its download address, which another machine may not reach.
 */
export function lockErrors({ packages }: { packages: Record<string, LockedPackage> }): string[] {
  return Object.entries(packages).flatMap(([path, { integrity = '', resolved, link = false }]) => {
    // The project itself.
    if (path === '') return []
    const isHeld = link || integrity.startsWith('sha512-')
    return [
      ...(isHeld ? [] : [`${path} has no SHA-512: take it out of the lock file, then npm install --package-lock-only`]),
      ...(resolved === undefined || link ? [] : [`${path} names the address that it came from`]),
    ]
  })
}
