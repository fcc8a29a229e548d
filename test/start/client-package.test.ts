import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LocalServer } from './local-server.ts'

const run = promisify(execFile)
const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Creates a job and watches it to its end: the README's program, in a project that knows nothing of this one. */
const program = `
import { ApiError, createClient, followOutput, type HistoryPoint, type JobSnapshot, pointsAfter, watchJob } from 'stellwerk/client'

const client = createClient(process.argv[2] ?? '')
const jobs = client.api.v1.admin.training.jobs

const created = await jobs.$post({ json: { name: 'Package', bundeslaender: ['Bayern'], epochs: 1 } })
if (created.status !== 200) throw new Error((await created.json()).detail)
const { id } = await created.json()

let points: HistoryPoint[] = []
for await (const { data } of watchJob(client, id)) points = pointsAfter(points, data)
const steps = points.map(({ step }) => step)
const lines: string[] = []
for await (const { text } of followOutput(client, id)) lines.push(text)

const shown = await jobs[':id'].$get({ param: { id } })
if (!shown.ok) throw await ApiError.of(shown)
const job: JobSnapshot = await shown.json()
console.log(JSON.stringify({ node: process.version, status: job.status, steps, lines }))
`

/** What the program takes from Node, whose types it does without: the client must not need them. */
const globals = 'declare const process: { argv: string[]; version: string }\n'

let project: string
let server: LocalServer

const npm = (...args: string[]) => run('npm', args, { cwd: project })
const tsc = (config: string) =>
  run(process.execPath, [inRepository('node_modules/typescript/bin/tsc'), '-p', config, '--checkers', '1'], {
    cwd: project,
  })

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'stellwerk-client-'))
  await run(process.execPath, [inRepository('scripts/build-client.ts')])
  const { stdout } = await npm('pack', inRepository('dist/client'), '--pack-destination', project, '--json')
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await npm('install', `./${filename}`, '--no-audit', '--no-fund', '--prefer-offline')
  await writeFile(join(project, 'program.ts'), program)
  await writeFile(join(project, 'wrong.ts'), program.replace("name: 'Package'", 'name: 7'))
  await writeFile(join(project, 'globals.d.ts'), globals)
  server = await LocalServer.start(['--var', 'SIMULATION_SPEED:100'])
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(project, { recursive: true, force: true })
})

test('the package holds the module, its types and a README, and brings nothing but what it imports', async () => {
  const files = await readdir(join(project, 'node_modules/stellwerk'))
  expect(files.sort()).toEqual(['README.md', 'index.d.ts', 'index.js', 'package.json'])
  const installed = (await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'))
  expect(installed.sort()).toEqual(['eventsource-parser', 'hono', 'stellwerk'])
  expect(await sizeOf(join(project, 'node_modules'))).toBeLessThan(5_000_000)
  expect(await readdir(join(project, 'node_modules/.bin')).catch(() => [])).not.toContain('node')
  expect(await readFile(join(project, 'node_modules/stellwerk/index.d.ts'), 'utf8')).not.toMatch(/zod|cloudflare/i)
})

test.for(['nodenext', 'bundler'])(
  'a strict program has its types checked with moduleResolution %s',
  async (resolution) => {
    const module = resolution === 'nodenext' ? 'nodenext' : 'esnext'
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.asynciterable'],
      types: [],
      module,
      moduleResolution: resolution,
      outDir: resolution,
    }
    const config = join(project, `${resolution}.json`)
    await writeFile(config, JSON.stringify({ compilerOptions, files: ['program.ts', 'globals.d.ts'] }))
    await tsc(config)
    await writeFile(config, JSON.stringify({ compilerOptions, files: ['wrong.ts', 'globals.d.ts'] }))
    await expect(tsc(config)).rejects.toMatchObject({ stdout: expect.stringContaining("'number' is not assignable") })
  },
)

test('a job is created and watched to its end, on the Node of the tests and on that of npm', async () => {
  const nodes = new Set([process.execPath, process.env.npm_node_execpath ?? process.execPath])
  for (const node of nodes) {
    const url = `http://localhost:${server.port}`
    const { stdout } = await run(node, [join(project, 'nodenext/program.js'), url], { cwd: project })
    const { status, steps, lines } = JSON.parse(stdout)
    expect(status).toBe('completed')
    expect(lines).toEqual([])
    expect(steps).toEqual(Array.from({ length: 100 }, (_, step) => step))
  }
})

/** The bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}
