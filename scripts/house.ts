/**
 * `npm run house`, part of `npm run check`: reads every import under src/ and prints the rooms with the rooms that each
 * imports from. Fails on a file in no room or in two, on an import that the tables do not allow, from another room or
 * from outside src/, on an import cycle, and on a clock or chance in a pure room.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A room: its folder or files, and the rooms from which it may import. */
export type Room = { name: string; is: string; holds: RegExp; takes: readonly string[] }

const room = (name: string, is: string, takes: readonly string[], holds = new RegExp(`^${name}/`)): Room => ({
  name,
  is,
  holds,
  takes,
})

const stores = ['shared', 'platform']
const web = [...stores, 'http', 'auth']

const elements = ['dashboard/platform', 'dashboard/i18n', 'dashboard/api']
const frame = [...elements, 'dashboard/components']
const page = [...stores, 'client', ...frame, 'dashboard/live']

/** The features of the dashboard, none of which imports another: what two of them show stands in dashboard/domain. */
const features = [
  ['overview', 'what is going on now'],
  ['jobs', 'the list of jobs'],
  ['job', 'one job: curves, figures, log'],
  ['compare', 'up to ten jobs over each other'],
  ['create-job', 'the form for a job'],
  ['models', 'versions, and which is active'],
  ['dataset', 'documents, and the upload of a file'],
  ['runners', 'the runners, and how one is connected'],
  ['ocr', 'a batch of images'],
  ['tokens', 'API tokens'],
  ['session', 'the dialog to sign in, and the notice before the end'],
] as const

/** The rooms, from the bottom up: each imports only from rooms below it, which come before it in this list. */
export const rooms: readonly Room[] = [
  room('shared', 'names and closed lists, for server and browser alike', []),
  room('platform', 'bounds, settings, log, SSE, D1, paging', ['shared']),
  room('http', 'what all routes share', stores),
  room('auth', 'who asks, and what they may', [...stores, 'http']),
  room('artifacts', 'files in R2, and what of it is to go', web, /^artifacts\/[\w-]+\.ts$/),
  room('dataset', 'the documents that jobs train on', web),
  room('models', 'the registry of model versions', [...web, 'artifacts', 'dataset']),
  room('ocr', 'recognizing images', web),
  room('jobs/rules', 'what a job is: pure', stores),
  room('jobs/register', 'jobs, slots and keys in D1', [...stores, 'dataset', 'jobs/rules']),
  room('jobs/object', 'one job: events, alarm, streams', [
    ...stores,
    'auth',
    'artifacts',
    'models',
    'jobs/rules',
    'jobs/register',
  ]),
  room(
    'jobs',
    'what requests and the cron do with jobs',
    [...stores, 'artifacts', 'dataset', 'jobs/rules', 'jobs/register', 'jobs/object'],
    /^jobs\/[\w-]+\.ts$/,
  ),
  room('jobs/http', 'their routes and schemas', [...web, 'models', 'jobs/rules', 'jobs/object', 'jobs']),
  room('artifacts/http', 'files of jobs and of versions: routes', [
    ...web,
    'artifacts',
    'models',
    'jobs/rules',
    'jobs/object',
    'jobs',
    'jobs/http',
  ]),
  room('doors/kubeflow', "Transformers' progress callback, translated", [...web, 'jobs/rules', 'jobs', 'jobs/http']),
  room('doors/mlflow', "MLflow's REST API, translated", [
    ...web,
    'artifacts',
    'models',
    'jobs/rules',
    'jobs',
    'jobs/http',
    'artifacts/http',
  ]),
  room('system', 'status, health, the document, the pages', [...web, 'models', 'jobs/register']),
  room(
    'app',
    'all of it, mounted',
    [
      ...web,
      'artifacts/http',
      'dataset',
      'models',
      'ocr',
      'jobs',
      'jobs/object',
      'jobs/http',
      'doors/kubeflow',
      'doors/mlflow',
      'system',
    ],
    /^(app|worker|env\.d)\.ts$/,
  ),
  room('client', 'the typed client', [...stores, 'http', 'models', 'ocr', 'jobs/rules', 'app']),
  room(
    'runner/rules',
    'what lines, answers and ends mean to the runner: pure',
    ['shared'],
    /^runner\/(?:rules\/[\w-]+|limits)\.ts$/,
  ),
  room('runner', 'the program that trains jobs', ['shared', 'runner/rules'], /^runner\/(?!limits)[\w-]+\.ts$/),
  room('dashboard/platform', 'bounds, address, theme, what is stored', []),
  room('dashboard/i18n', 'its texts in both languages, and formats', ['shared', 'dashboard/platform']),
  room('dashboard/api', 'requests, resources, the session', [
    'shared',
    'client',
    'dashboard/platform',
    'dashboard/i18n',
  ]),
  room('dashboard/components', 'what any page is made of', ['shared', ...elements]),
  room('dashboard/chart', 'curves: the only room that knows uPlot', frame),
  room('dashboard/live', "jobs' streams, one for all tabs", [
    'shared',
    'client',
    'dashboard/platform',
    'dashboard/api',
  ]),
  room('dashboard/domain', 'jobs, versions and documents, as several pages show them', page),
  ...features.map(([name, is]) =>
    room(`dashboard/features/${name}`, is, [...page, 'dashboard/chart', 'dashboard/domain']),
  ),
  room('dashboard/shell', 'what surrounds every page, and the routes', [
    ...frame,
    ...features.map(([name]) => `dashboard/features/${name}`),
  ]),
  room(
    'dashboard',
    'all of it, shown',
    [...frame, 'dashboard/features/session', 'dashboard/shell'],
    /^dashboard\/[\w.-]+$/,
  ),
]

const signals = ['preact', '@preact/signals']

/** What a room may import from outside src/: packages, with all of their paths, and files of the repository. Others: none. */
export const outside: Readonly<Record<string, readonly string[]>> = {
  platform: ['zod'],
  http: ['hono', '@hono/zod-openapi', 'jsonc-parser'],
  auth: ['hono', '@hono/zod-openapi', 'zod'],
  artifacts: ['client-zip'],
  dataset: ['@hono/zod-openapi'],
  models: ['hono', '@hono/zod-openapi'],
  ocr: ['@hono/zod-openapi'],
  'jobs/object': ['cloudflare:workers'],
  'jobs/http': ['hono', '@hono/zod-openapi'],
  'artifacts/http': ['hono', '@hono/zod-openapi'],
  'doors/kubeflow': ['hono'],
  'doors/mlflow': ['hono'],
  system: ['hono', '@hono/zod-openapi', 'package.json'],
  app: ['hono', '@hono/zod-openapi'],
  client: ['hono', 'eventsource-parser'],
  runner: [
    'node:child_process',
    'node:crypto',
    'node:fs',
    'node:os',
    'node:path',
    'node:stream',
    'node:util',
    'eventsource-parser',
    'package.json',
  ],
  'dashboard/platform': signals,
  'dashboard/i18n': ['@preact/signals'],
  'dashboard/api': signals,
  'dashboard/components': signals,
  'dashboard/chart': [...signals, 'uplot'],
  'dashboard/live': signals,
  'dashboard/domain': signals,
  ...Object.fromEntries(features.map(([name]) => [`dashboard/features/${name}`, signals])),
  'dashboard/features/compare': [...signals, 'papaparse'],
  'dashboard/features/create-job': [...signals, 'virtual:job-schema'],
  'dashboard/features/job': [...signals, '@ansi-tools/parser'],
  'dashboard/features/dataset': [...signals, 'papaparse', 'virtual:document-schema', 'virtual:job-schema'],
  'dashboard/shell': signals,
  dashboard: [...signals, 'virtual:job-schema'],
}

/** Rooms in which everything follows from the arguments. */
const pure: readonly string[] = ['shared', 'jobs/rules', 'runner/rules']

const src = fileURLToPath(new URL('../src', import.meta.url))

/** An import of a file, relative to src/ as the file that imports it, or of something outside of src/. */
export type Import = { from: string; to: string; isOutside: boolean }

/** Every source file, relative to src/. */
export const sourceFiles = (): string[] =>
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort()

/** The imports of a source text, types included: `import … from`, `import '…'`, `export … from`, `import()`. */
export function importsIn(from: string, text: string): Import[] {
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([\w@./:-]+)['"]/g)
  return [...specifiers].map(([, specifier = '']) => {
    if (!specifier.startsWith('.')) return { from, to: specifier, isOutside: true }
    const to = normalize(join(dirname(from), specifier))
    return to.startsWith('../') ? { from, to: to.slice('../'.length), isOutside: true } : { from, to, isOutside: false }
  })
}

export const importsOf = (file: string): Import[] => importsIn(file, readFileSync(join(src, file), 'utf8'))

/** The rooms of a file: exactly one, if there is no fault. */
export const roomsOf = (file: string): Room[] => rooms.filter(({ holds }) => holds.test(file))

/** Why an import is not allowed; `null`: it is allowed. */
export function faultOf({ from, to, isOutside }: Import): string | null {
  const here = roomsOf(from)[0]
  if (here === undefined) return null
  if (isOutside) {
    const isAllowed = (outside[here.name] ?? []).some((name) => to === name || to.startsWith(`${name}/`))
    return isAllowed ? null : `src/${from} imports ${to}: ${here.name} takes nothing from there`
  }
  const there = roomsOf(to)[0]
  if (there === undefined || here === there || here.takes.includes(there.name)) return null
  return `src/${from} imports src/${to}: ${here.name} takes nothing from ${there.name}`
}

/** The clock, chance or other work of the platform in a source text of a pure room; `null`: none. */
export function impurityIn(from: string, text: string): string | null {
  const room = roomsOf(from)[0]?.name ?? ''
  if (!pure.includes(room)) return null
  const code = text.replace(/\/\*.*?\*\/|\/\/.*$/gms, '')
  const found = /\b(?:Date\.now|performance|Math\.random|crypto|fetch|setTimeout|setInterval)\b|\bDate\(\)/.exec(code)
  return found && `src/${from} uses ${found[0]}: ${room} is pure`
}

/** The files of an import cycle; `null`: there is none. */
export function circleIn(files: ReadonlyMap<string, readonly Import[]>): string[] | null {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    done.add(file)
    path.push(file)
    for (const { to } of files.get(file) ?? []) {
      const circle = visit(to)
      if (circle !== null) return circle
    }
    path.pop()
    return null
  }
  for (const file of files.keys()) {
    const circle = visit(file)
    if (circle !== null) return circle
  }
  return null
}

/** All faults, a sentence each. */
export function faults(): string[] {
  const files = sourceFiles()
  const imports = new Map(files.map((file) => [file, importsOf(file)]))
  const unhoused = files.filter((file) => roomsOf(file).length !== 1)
  const circle = circleIn(imports)
  return [
    ...unhoused.map((file) => `src/${file} stands in ${roomsOf(file).length} rooms of scripts/house.ts`),
    ...[...imports.values()].flat().flatMap((one) => faultOf(one) ?? []),
    ...files.flatMap((file) => impurityIn(file, readFileSync(join(src, file), 'utf8')) ?? []),
    ...(circle === null ? [] : [`In a circle: ${circle.map((file) => `src/${file}`).join(' → ')}`]),
  ]
}

function print(): void {
  const files = sourceFiles()
  for (const { name, is, holds } of rooms.toReversed()) {
    const inside = files.filter((file) => holds.test(file))
    const lines = inside.reduce((sum, file) => sum + readFileSync(join(src, file), 'utf8').split('\n').length - 1, 0)
    const below = new Set(
      inside
        .flatMap((file) =>
          importsOf(file).flatMap(({ to, isOutside }) => (isOutside ? [] : (roomsOf(to)[0]?.name ?? []))),
        )
        .filter((to) => to !== name),
    )
    const taken = rooms.filter((one) => below.has(one.name)).map((one) => one.name)
    console.log(
      `${name.padEnd(30)}${is.padEnd(58)}${String(inside.length).padStart(4)} files${String(lines).padStart(7)} lines  ← ${taken.join(' ') || '-'}`,
    )
  }
}

if (import.meta.main) {
  print()
  const all = faults()
  for (const fault of all) console.error(fault)
  console.log(`${relative(process.cwd(), src) || '.'}: ${all.length === 0 ? 'in order' : `${all.length} out of order`}`)
  process.exit(all.length === 0 ? 0 : 1)
}
