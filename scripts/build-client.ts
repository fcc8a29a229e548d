/**
 * Part of `npm run build`: makes dist/client, the client as a package of its own, of one ES module for browsers and
 * Node ≥ 18, and one declaration that needs neither the server's source nor the types of Workers.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type OutputChunk, type Plugin } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))

const folder = path('dist/client')
const declarations = path('dist/client-types')

/** Packages stay imports. */
const external = /^[^./]/

/** TypeScript leaves `.ts` in the imports of the declarations that it writes. */
const besideTheSource: Plugin = {
  name: 'declarations',
  resolveId: (id, importer) => {
    if (importer === undefined || external.test(id)) return null
    const file = fileURLToPath(new URL(id.replace(/\.ts$/, '.d.ts'), `file://${importer}`))
    return existsSync(file) ? file : null
  },
}

rmSync(folder, { recursive: true, force: true })
rmSync(declarations, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const code = await build({
  input: path('src/client/index.ts'),
  external,
  transform: { target: 'node18' },
  output: { file: `${folder}/index.js` },
})

execFileSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('scripts/client-package')], {
  stdio: 'inherit',
})
const types = await build({
  input: `${declarations}/client/index.d.ts`,
  external,
  plugins: [besideTheSource, dts({ dtsOnly: true, tsconfig: false, generator: 'oxc' })],
  output: { dir: folder },
})

const { name, version, description, license, dependencies } = JSON.parse(readFileSync(path('package.json'), 'utf8'))
const chunks = [...code.output, ...types.output].filter((output): output is OutputChunk => output.type === 'chunk')
const packages = new Set(chunks.flatMap(({ imports }) => imports).map((specifier) => specifier.split('/')[0] ?? ''))
const manifest = {
  name,
  version,
  description: `${description}: its client`,
  license,
  type: 'module',
  exports: { './client': { types: './index.d.ts', default: './index.js' } },
  sideEffects: false,
  engines: { node: '>=18' },
  dependencies: Object.fromEntries([...packages].sort().map((one) => [one, dependencies[one]])),
}
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`)
cpSync(path('scripts/client-package/README.md'), `${folder}/README.md`)
rmSync(declarations, { recursive: true })
