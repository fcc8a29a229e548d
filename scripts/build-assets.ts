/** Part of `npm run build`: copies the docs page's files from swagger-ui-dist, so that it loads nothing from other hosts. */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const from = new URL('../node_modules/swagger-ui-dist/', import.meta.url)
const to = new URL('../dist/public/docs/swagger-ui/', import.meta.url)

rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
for (const file of [
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
]) {
  cpSync(fileURLToPath(new URL(file, from)), fileURLToPath(new URL(file, to)))
}
