import { once } from 'node:events'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Whether something listens already on the port of one of the hosts. */
export async function isTaken(port: number, hosts: readonly string[]): Promise<boolean> {
  for (const host of hosts) {
    const server = createServer().listen(port, host)
    try {
      await once(server, 'listening')
      server.close()
      await once(server, 'close')
    } catch (error) {
      // A host that this machine does not have is for wrangler to complain about.
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return true
    }
  }
  return false
}

/**
 * Takes the files with secrets (`.dev.vars`, `.dev.vars.staging`) away from everybody but their owner.
 *
 * @returns a line about each that others could read
 */
export function closeSecretFiles(folder: string): string[] {
  if (process.platform === 'win32') return []
  const files = readdirSync(folder).filter((name) => /^\.dev\.vars(\.|$)/.test(name))
  return files.flatMap((name) => {
    const path = join(folder, name)
    const mode = statSync(path).mode
    if ((mode & 0o077) === 0) return []
    try {
      chmodSync(path, mode & 0o700)
      return [`Other users could read ${name}. Its mode is now ${(mode & 0o700).toString(8)}.`]
    } catch {
      return [`Other users can read ${name}: chmod 600 ${name}.`]
    }
  })
}
