import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, inject, test } from 'vitest'
import { cleanUp, createJob, get, json, post, remove } from './client.ts'

const script = fileURLToPath(new URL('../../scripts/job.ts', import.meta.url))
const ids: string[] = []

afterEach(async () => {
  for (const id of ids.splice(0)) {
    await post(`/jobs/${id}/cancel`)
    await remove(`/jobs/${id}`)
  }
  await cleanUp()
})

/** Runs `npm run job -- …`; `interruptAt` sends Ctrl+C as soon as it has printed that. */
function job(args: string[], { env = {}, interruptAt = '' } = {}) {
  type Run = { code: number | null; out: string; err: string }
  return new Promise<Run>((resolve) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...inherited, STELLWERK_URL: inject('baseUrl'), ...env },
    })
    const run: Run = { code: null, out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      run.out += text
      if (interruptAt !== '' && run.out.includes(interruptAt)) child.kill('SIGINT')
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      run.err += text
    })
    child.on('close', (code) => resolve({ ...run, code }))
  })
}

const lines = (text: string) => text.trimEnd().split('\n')

test('a job is created and watched to its end as JSON, and completed is exit status 0', {
  timeout: 120_000,
}, async () => {
  const created = await job(['create', '--name', 'Terminal', '--bundesland', 'by,Hessen', '--epochs', '1', '--json'])
  expect(created).toMatchObject({ code: 0, err: '' })
  const { id, status } = JSON.parse(created.out)
  ids.push(id)
  expect(status).toBe('queued')
  expect((await json(get(`/jobs/${id}`))).config).toMatchObject({
    bundeslaender: ['BY', 'HE'],
    epochs: 1,
    batch_size: 16,
  })

  const watched = await job(['watch', id.slice(0, 13), '--json'])
  expect(watched).toMatchObject({ code: 0, err: '' })
  const events = lines(watched.out).map((line) => JSON.parse(line))
  expect(events.flatMap(({ history }) => history.map(({ step }: { step: number }) => step))).toEqual(
    Array.from({ length: 100 }, (_, step) => step),
  )
  expect(events.at(-1)).toMatchObject({ job_id: id, status: 'completed', progress: 100 })
  expect(await job(['watch', id, '--json', '--after', events.at(-1).cursor])).toEqual({ code: 0, out: '', err: '' })

  const plain = await job(['watch', id])
  expect(lines(plain.out)).toEqual([
    `Terminal, zeugnis, ${id}`,
    expect.stringMatching(/^completed {2} 100 % {2}epoch 1\/1 {2}loss 0\.\d{4} {2}val 0\.\d{4} {2}took \d+:\d\d$/),
    expect.stringMatching(/^Completed after /),
  ])
  const listed = await job(['list', '--status', 'completed', '--limit', '1'])
  expect(lines(listed.out)[1]).toMatch(new RegExp(`^${id.slice(0, 8)} +Terminal +zeugnis +completed +100 % +1/1 `))
})

test('without a free slot a new job is refused with a hint at --queue, which lets it wait', async () => {
  ids.push(await createJob({ epochs: 100 }))
  const create = ['create', '--name', 'Second', '--bundesland', 'BY']
  expect(await job(create)).toEqual({
    code: 65,
    out: '',
    err: 'Another training job is already running; use --queue to wait for a free slot\n',
  })
  const waits = await job([...create, '--queue', '--json'])
  expect(waits).toMatchObject({ code: 0, err: '' })
  ids.unshift(JSON.parse(waits.out).id)
})

test('without a free slot a resume is refused with the same hint, and with --queue the job waits', async () => {
  const paused = await createJob({ epochs: 100 })
  await job(['pause', paused])
  ids.push(paused, await createJob({ epochs: 100 }))
  expect(await job(['resume', paused])).toMatchObject({ code: 65, err: expect.stringContaining('use --queue') })
  const message = 'Training will resume when a slot is free'
  expect(await job(['resume', paused, '--queue'])).toEqual({ code: 0, out: `${message}: ${paused}\n`, err: '' })
  expect((await job(['list'])).out).toMatch(/paused #1/)
})

test('Ctrl+C ends the watch, not the job, and a cancelled job is exit status 2', async () => {
  const id = await createJob({ epochs: 100 })
  const stopped = await job(['watch', id], { interruptAt: 'training' })
  expect(stopped).toMatchObject({ code: 130, err: expect.stringContaining('the job keeps running') })
  for (const [command, message] of [
    ['pause', 'Training paused'],
    ['resume', 'Training resumed'],
    ['cancel', 'Training cancelled'],
  ] as const) {
    expect(await job([command, id.slice(0, 8)])).toEqual({ code: 0, out: `${message}: ${id}\n`, err: '' })
  }
  const over = await job(['watch', id])
  expect(over.code).toBe(2)
  expect(lines(over.out).at(-1)).toMatch(/^Cancelled in epoch \d+ of 100\.$/)
  expect(await job(['delete', id])).toMatchObject({ code: 0, out: `Job deleted: ${id}\n` })
  expect(await job(['watch', id])).toEqual({ code: 65, out: '', err: 'Job not found\n' })
})

test('an error of the service is printed in its words, and is exit status 65', async () => {
  const bundesland = await job(['create', '--name', 'Terminal', '--bundesland', 'Preußen'])
  expect(bundesland).toMatchObject({
    code: 65,
    err: expect.stringMatching(/^--bundesland \(no\. 1\): Unknown Bundesland "Preußen"; /),
  })
  expect(await job(['pause', 'zzz'])).toMatchObject({ code: 65, err: expect.stringContaining('"zzz"') })
})

test('an unreachable service is named, with what to do, and the token is never shown', async () => {
  const nobody = await job(['list', '--url', 'http://127.0.0.1:9'], { env: { STELLWERK_TOKEN: 'geheim' } })
  expect(nobody).toMatchObject({
    code: 69,
    err: expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:9 .*npm start/),
  })
  const token = await job(['list'], { env: { STELLWERK_TOKEN: 'geheim\n' } })
  expect(token).toMatchObject({ code: 64, err: expect.stringMatching(/^A token is /) })
  expect(JSON.stringify([nobody, token])).not.toContain('geheim')
})

test('help goes to the standard output, the error for an invalid command line to the standard error', async () => {
  expect(await job(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit status'), err: '' })
  expect(await job([])).toMatchObject({ code: 64, out: '', err: expect.stringContaining('--help') })
})
