/**
 * `npm run house`, part of `npm run check`: reads every import under src/ and prints the rooms with the rooms that each
 * imports from. Fails on a file in no room or in two, on an import that the table does not allow, and on an import
 * cycle.
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
  ['compare', 'up to five jobs over each other'],
  ['create-job', 'the form for a job'],
  ['models', 'versions, and which is active'],
  ['dataset', 'documents, and the upload of a file'],
  ['ocr', 'a batch of images'],
  ['tokens', 'API tokens'],
  ['session', 'the dialog to sign in, and the notice before the end'],
] as const

/** The rooms, from the bottom up: each imports only from rooms above it in this list. */
export const rooms: readonly Room[] = [
  room('shared', 'names and closed lists, for server and browser alike', []),
  room('platform', 'bounds, settings, log, SSE, D1, paging', ['shared']),
  room('http', 'what all routes share', stores),
  room('auth', 'who asks, and what they may', [...stores, 'http']),
  room('dataset', 'the documents that jobs train on', web),
  room('models', 'the registry of model versions', web),
  room('ocr', 'recognizing images', web),
  room('jobs/rules', 'what a job is: pure', stores),
  room('jobs/register', 'jobs, slots and keys in D1', [...stores, 'jobs/rules']),
  room('jobs/object', 'one job: events, alarm, streams', [...stores, 'auth', 'models', 'jobs/rules', 'jobs/register']),
  room(
    'jobs',
    'what requests and the cron do with jobs',
    [...stores, 'dataset', 'jobs/rules', 'jobs/register', 'jobs/object'],
    /^jobs\/[\w-]+\.ts$/,
  ),
  room('jobs/http', 'their routes and schemas', [...web, 'models', 'jobs/rules', 'jobs/object', 'jobs']),
  room('system', 'status, health, the document, the pages', [...web, 'models', 'jobs/register']),
  room(
    'app',
    'all of it, mounted',
    [...web, 'dataset', 'models', 'ocr', 'jobs', 'jobs/object', 'jobs/http', 'system'],
    /^(app|worker|env\.d)\.ts$/,
  ),
  room('client', 'the typed client', [...stores, 'http', 'models', 'ocr', 'jobs/rules', 'app']),
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

const src = fileURLToPath(new URL('../src', import.meta.url))

/** An import from one file to another, both relative to src/. */
export type Import = { from: string; to: string }

/** Every source file, relative to src/. */
export const sourceFiles = (): string[] =>
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file))
    .sort()

/** The imports of a source text, types included: `import … from`, `export … from`, `import()`. */
export function importsIn(from: string, text: string): Import[] {
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)
  return [...specifiers].map(([, path = '']) => ({ from, to: normalize(join(dirname(from), path)) }))
}

export const importsOf = (file: string): Import[] => importsIn(file, readFileSync(join(src, file), 'utf8'))

/** The rooms of a file: exactly one, if there is no fault. */
export const roomsOf = (file: string): Room[] => rooms.filter(({ holds }) => holds.test(file))

/** Why an import is not allowed; `null`: it is allowed, or leads out of src/. */
export function faultOf({ from, to }: Import): string | null {
  const [here, there] = [roomsOf(from)[0], roomsOf(to)[0]]
  if (here === undefined || there === undefined || here === there || here.takes.includes(there.name)) return null
  return `src/${from} imports src/${to}: ${here.name} takes nothing from ${there.name}`
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
        .flatMap((file) => importsOf(file).flatMap(({ to }) => roomsOf(to)[0]?.name ?? []))
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
