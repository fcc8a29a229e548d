import { afterEach, expect, test } from 'vitest'
import { api, cleanUp, createJob } from './client.ts'
import { type Message, readers } from './readers.ts'

afterEach(cleanUp)

const dataOf = (messages: Message[]) => messages.map(({ data }) => JSON.parse(data))
const readBy = async (path: string) => Promise.all(readers.map(([, read]) => read(api + path, fetch)))
const stepsOf = (messages: Message[]) =>
  dataOf(messages).flatMap(({ history }) => history.map(({ step }: { step: number }) => step))

test('every reader receives the same events of a job: each point once, each message with data, and the end', {
  timeout: 120_000,
}, async () => {
  const id = await createJob()
  const live = await readBy(`/metrics/stream?job_id=${id}&history=delta`)
  for (const messages of live) {
    expect(stepsOf(messages)).toEqual(Array.from({ length: 100 }, (_, step) => step))
    expect(messages.at(-1)).toEqual(live[0]?.at(-1))
  }
  // After the job's end, all readers get the same bytes.
  const [event, end] = [live[0]?.at(0), live[0]?.at(-1)]
  for (const query of ['', '&history=delta', `&history=delta&after=${event?.id}`]) {
    const [messages = [], ...others] = await readBy(`/metrics/stream?job_id=${id}${query}`)
    expect(others).toEqual([messages, messages])
    expect(messages.at(-1)?.id).toBe(end?.id)
    expect(dataOf(messages).at(-1)).toMatchObject({ status: 'completed', current_step: 100 })
  }
})

test.each(readers)('%s receives a batch image by image, and its completion', async (_, read) => {
  const messages = await read(`${api}/ocr/stream?images_count=3`, fetch)
  expect(dataOf(messages).map(({ type, current }) => [type, current])).toEqual([
    ['progress', 1],
    ['progress', 2],
    ['progress', 3],
    ['complete', undefined],
  ])
  expect(new Set(messages.map(({ id }) => id)).size).toBe(4)
})
