import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const vite = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url))

/** Builds the dashboard into a separate folder, independent of another build in dist/public. */
export function buildDashboard(folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--outDir', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The dashboard cannot be built: ${stderr}`)
}
