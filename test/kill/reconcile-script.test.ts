import { afterEach, describe, expect, test } from 'vitest'
import { runScript } from '../script.ts'
import { type Answers, Scripted } from './scripted-server.ts'

const account = '023e105f4ecef8ad9ca31a8372d0c353'
const idOf = (n: number) => n.toString(16).padStart(64, '0')
const namespaces = [
  { id: 'other-script', script: 'other', class: 'TrainingJob' },
  { id: 'other-class', script: 'stellwerk', class: 'Watcher' },
  { id: 'ours', script: 'stellwerk', class: 'TrainingJob', use_sqlite: true },
]
const listed = (result: unknown, result_info = {}) => ({ success: true, errors: [], messages: [], result, result_info })
const refused = (code: number, message: string) => ({ success: false, errors: [{ code, message }], result: null })

const root = `/client/v4/accounts/${account}/workers/durable_objects/namespaces`
const page = `${root}/ours/objects?limit=10000`
const reconcile = '/api/v1/admin/training/reconcile'
const counts = { unchanged: 0, updated: 0, restored: 0, removed: 0, unknown: 0, failed: [], next: null }
const both: Answers = {
  [`${root}?per_page=1000`]: listed(namespaces),
  [page]: listed(
    [
      { id: idOf(1), hasStoredData: true },
      { id: idOf(2), hasStoredData: false },
    ],
    { count: 2, cursor: 'x/y' },
  ),
  [`${page}&cursor=x%2Fy`]: listed([{ id: idOf(3), hasStoredData: true }], { count: 1, cursor: '' }),
  [reconcile]: counts,
}

const servers: Scripted[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(answers: Answers) {
  const server = await Scripted.start(answers)
  servers.push(server)
  const { origin, requests } = server
  const env = {
    STELLWERK_URL: origin,
    STELLWERK_TOKEN: 'admin-token',
    CLOUDFLARE_API_BASE_URL: `${origin}/client/v4`,
    CLOUDFLARE_ACCOUNT_ID: account,
    CLOUDFLARE_API_TOKEN: 'cloudflare-token',
  }
  return { env, requests }
}

describe("the objects of a deployment, by Cloudflare's API", () => {
  test('are those with stored data on two pages, and each token is sent only to its own API', async () => {
    const { env, requests } = await serve(both)
    const run = await runScript('reconcile', ['--cloudflare'], { env })
    expect(run).toMatchObject({ code: 0, err: '', out: expect.stringContaining('2 objects at Cloudflare') })
    expect(requests.map(({ path }) => path)).toEqual([
      `${root}?per_page=1000`,
      page,
      `${page}&cursor=x%2Fy`,
      reconcile,
      reconcile,
    ])
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      ...Array(3).fill('Bearer cloudflare-token'),
      ...Array(2).fill('Bearer admin-token'),
    ])
    expect(requests.slice(3).map(({ body }) => JSON.parse(body))).toEqual([
      { after: 0 },
      { objects: [idOf(1), idOf(3)] },
    ])
  })

  test("are also found if the next page's cursor is in `cursors.after`", async () => {
    const { env, requests } = await serve({
      ...both,
      [page]: listed([{ id: idOf(1), hasStoredData: true }], { cursors: { after: 'x/y' } }),
    })
    expect(await runScript('reconcile', ['--cloudflare'], { env })).toMatchObject({ code: 0 })
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toEqual({ objects: [idOf(1), idOf(3)] })
  })

  test.each<[string, Answers, RegExp]>([
    [
      'a token that Cloudflare refuses',
      { [`${root}?per_page=1000`]: [403, refused(10000, 'Authentication error')] },
      /^Cloudflare refused .* 403, Authentication error \(10000\): check CLOUDFLARE_ACCOUNT_ID, .* Workers Scripts Read\.\n$/,
    ],
    [
      'a second page that fails',
      { [`${page}&cursor=x%2Fy`]: [502, '<html>'] },
      /^Cloudflare refused .* 502, .* try again/,
    ],
    [
      'a cursor that leads nowhere',
      { [`${page}&cursor=x%2Fy`]: listed([], { cursor: 'x/y' }) },
      /^Cloudflare lists the same/,
    ],
    [
      'another name of the Worker',
      { [`${root}?per_page=1000`]: listed([]) },
      /^The account has no Worker .* --worker /,
    ],
  ])('are asked for before anything is changed: %s says what to do', async (_, answers, sentence) => {
    const { env, requests } = await serve({ ...both, ...answers })
    const run = await runScript('reconcile', ['--cloudflare'], { env })
    expect(run).toMatchObject({ code: 65, out: '', err: expect.stringMatching(sentence) })
    expect(requests.map(({ path }) => path)).not.toContain(reconcile)
  })

  test('require a token, without which no request is sent, and which is never printed', async () => {
    const env = { STELLWERK_URL: 'https://stellwerk.example.workers.dev', CLOUDFLARE_ACCOUNT_ID: account }
    const missing = await runScript('reconcile', [], { env })
    expect(missing).toMatchObject({ code: 64, out: '', err: expect.stringContaining('set CLOUDFLARE_API_TOKEN, with') })
    const wrong = await runScript('reconcile', [], { env: { ...env, CLOUDFLARE_API_TOKEN: 'geheim\n' } })
    expect(wrong).toMatchObject({ code: 64, err: expect.stringMatching(/^CLOUDFLARE_API_TOKEN must be/) })
    expect(wrong.err).not.toContain('geheim')
  })

  test('cannot be listed if nothing answers', async () => {
    const { env } = await serve({})
    const run = await runScript('reconcile', ['--cloudflare'], {
      env: { ...env, CLOUDFLARE_API_BASE_URL: 'http://127.0.0.1:9/' },
    })
    expect(run).toMatchObject({ code: 69, err: expect.stringMatching(/^No answer from Cloudflare .*try again/) })
  })
})

describe('the command', () => {
  test('reads ids from the standard input, and names an invalid line', async () => {
    const { env, requests } = await serve(both)
    const input = `${idOf(1)}\n\n ${idOf(2)} \r\n`
    expect(await runScript('reconcile', ['--objects', '-'], { env, input })).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toEqual({ objects: [idOf(1), idOf(2)] })
    const wrong = await runScript('reconcile', ['--objects', '-'], { env, input: `${idOf(1)}\nxyz\n` })
    expect(wrong).toMatchObject({ code: 64, err: expect.stringMatching(/^Line 2 of the standard input is not the id/) })
    const gone = await runScript('reconcile', ['--objects', 'dist/none.txt'], { env })
    expect(gone).toMatchObject({ code: 64, err: expect.stringMatching(/^dist\/none\.txt cannot be read \(ENOENT\)/) })
  })

  test('names the folder where it looks for the files of a local server, and whose token is needed', async () => {
    const { env } = await serve({ [reconcile]: [401, {}] })
    const folder = await runScript('reconcile', ['--persist-to', 'dist/none'], { env })
    expect(folder).toMatchObject({
      code: 64,
      err: expect.stringMatching(/^There is no folder dist\/none\/.*--persist-to/),
    })
    const nobody = await runScript('reconcile', ['--objects', '-'], { env })
    expect(nobody).toMatchObject({
      code: 65,
      err: expect.stringContaining('an admin, or ADMIN_TOKEN, in STELLWERK_TOKEN'),
    })
  })

  test('shows its help, and rejects unknown options, including a token on the command line', async () => {
    expect(await runScript('reconcile', ['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exit status'),
      err: '',
    })
    const token = await runScript('reconcile', ['--token', 'geheim'])
    expect(token).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringMatching(/--token.*npm run reconcile -- --help/),
    })
    expect(token.err).not.toContain('geheim')
    const two = await runScript('reconcile', ['--cloudflare', '--objects', '-'])
    expect(two).toMatchObject({ code: 64, err: expect.stringContaining('only one of') })
  })
})
