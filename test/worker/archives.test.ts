import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { api, beginAtStart, createJob, getJob, request, versionsOf } from './api.ts'
import { put } from './artifacts.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** A job with a live attempt. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

/** The files of a ZIP, by its table of contents. */
function unzip(bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const text = (at: number, length: number) => new TextDecoder().decode(bytes.subarray(at, at + length))
  const end = bytes.length - 22
  expect(view.getUint32(end, true)).toBe(0x06054b50)
  const files: Record<string, string> = {}
  let at = view.getUint32(end + 16, true)
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    const [size, names, extra, local] = [at + 24, at + 28, at + 30, at + 42]
    const start = view.getUint32(local, true)
    const content = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    files[text(at + 46, view.getUint16(names, true))] = text(content, view.getUint32(size, true))
    at += 46 + view.getUint16(names, true) + view.getUint16(extra, true) + view.getUint16(at + 32, true)
  }
  return files
}

test('all files of a job, and of a version, come in one', async () => {
  const runner = await begin()
  const files = { 'model/weights': 'w'.repeat(70_000), 'model/ä.json': '{}', notes: 'n', 'x/empty': '' }
  for (const [path, content] of Object.entries(files)) await put(runner, path, content)
  const own = await request(`${api}/jobs/${runner.job}/archive`, {
    headers: { Authorization: `Bearer ${runner.token}` },
  })
  expect(own.status).toBe(200)
  expect(Object.fromEntries(own.headers)).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="job-${runner.job}.zip"`,
    'content-security-policy': "default-src 'none'; sandbox",
  })
  expect(unzip(new Uint8Array(await own.arrayBuffer()))).toEqual(files)
  await runner.finish('completed')
  await vi.waitFor(async () => expect((await getJob(runner.job)).status).toBe('completed'))
  const [version] = await versionsOf(runner.job)
  const model = await request(`${api}/models/${version?.id}/archive`)
  expect(unzip(new Uint8Array(await model.arrayBuffer()))).toEqual({ weights: files['model/weights'], 'ä.json': '{}' })
  const all = await request(`${api}/jobs/${runner.job}/archive`)
  expect(unzip(new Uint8Array(await all.arrayBuffer()))).toEqual(files)
  expect((await request(`${api}/models/none/archive`)).status).toBe(404)
  expect((await request(`${api}/jobs/${crypto.randomUUID()}/archive`)).status).toBe(404)
})

test('an archive of more files than a page has them all', async () => {
  const runner = await begin()
  const names = Array.from({ length: 205 }, (_, n) => `f${n}`)
  for (const name of names) await put(runner, name, name)
  const answer = await request(`${api}/jobs/${runner.job}/archive`)
  expect(Object.keys(unzip(new Uint8Array(await answer.arrayBuffer()))).sort()).toEqual(names.sort())
})

test('an archive of a file that cannot be read is broken off, so that nobody takes it for whole', async () => {
  const runner = await begin()
  for (const name of ['a', 'b', 'c']) await put(runner, name, name)
  await env.ARTIFACTS.delete(`jobs/${runner.job}/2`)
  const answer = await request(`${api}/jobs/${runner.job}/archive`)
  expect(answer.status).toBe(200)
  await expect(answer.arrayBuffer()).rejects.toThrow()
})
