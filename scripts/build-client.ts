/**
 * Part of `npm run build`: makes dist/client, the client as a package of its own, of one ES module for browsers and
 * Node ≥ 18, and one declaration that needs neither the server's source nor the types of Workers.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { build } from 'rolldown'

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))

const folder = path('dist/client')
const declarations = path('dist/client-types')

/** Packages stay imports. */
const external = /^[^./]/

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
const rolledUp = Extractor.invoke(
  ExtractorConfig.prepare({
    configObject: {
      projectFolder: path('.'),
      mainEntryPointFilePath: `${declarations}/client/index.d.ts`,
      compiler: {
        overrideTsconfig: {
          // These declarations alone, which have been checked where they come from: by default it takes all of the folder.
          files: [`${declarations}/client/index.d.ts`],
          compilerOptions: {
            ...{ module: 'esnext', moduleResolution: 'bundler', lib: ['es2024', 'dom'], types: [] },
            skipLibCheck: true,
          },
        },
      },
      dtsRollup: { enabled: true, untrimmedFilePath: `${folder}/index.d.ts` },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: path('package.json'),
  }),
  {
    localBuild: true,
    // That it is another TypeScript than the project's is known.
    messageCallback: (message) => {
      message.handled = message.messageId === 'console-preamble'
    },
  },
)
if (!rolledUp.succeeded) process.exit(1)

const { name, version, description, license, dependencies } = JSON.parse(readFileSync(path('package.json'), 'utf8'))
const [{ imports }] = code.output
const packages = [...new Set(imports.map((specifier) => specifier.split('/')[0] ?? ''))].sort()
const manifest = {
  name,
  version,
  description: `${description}: its client`,
  license,
  type: 'module',
  exports: { './client': { types: './index.d.ts', default: './index.js' } },
  sideEffects: false,
  engines: { node: '>=18' },
  dependencies: Object.fromEntries(packages.map((one) => [one, dependencies[one]])),
}
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`)
cpSync(path('scripts/client-package/README.md'), `${folder}/README.md`)
rmSync(declarations, { recursive: true })
