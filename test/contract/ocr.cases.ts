import { expect, test } from 'vitest'
import { get, listen, problem } from './client.ts'

test('a batch is recognized image by image and completed, and an EventSource then stops', async () => {
  const messages = await listen('/ocr/stream?images_count=3')
  expect(messages.map((message) => message.data.type)).toEqual(['progress', 'progress', 'progress', 'complete'])
  expect(messages[1]?.data).toMatchObject({
    current: 2,
    total: 3,
    progress_percent: (2 / 3) * 100,
    elapsed_ms: expect.any(Number),
    estimated_remaining_ms: expect.any(Number),
    result: {
      text: 'Sample recognized text for image 2',
      confidence: expect.any(Number),
      processing_time_ms: expect.any(Number),
      from_cache: expect.any(Boolean),
    },
  })
  expect(messages.at(-1)?.data).toEqual({ type: 'complete', total_time_ms: expect.any(Number), processed_count: 3 })
})

test.each(['0', '101', '-1'])('images_count=%s is refused as in the reference', async (count) => {
  const refused = await problem(get(`/ocr/stream?images_count=${count}`))
  expect(refused).toMatchObject({ status: 400, detail: 'images_count must be between 1 and 100' })
})

test.each(['', '?images_count=', '?images_count=many', '?images_count=1.5'])(
  '%s is not a valid count',
  async (query) => {
    const refused = await problem(get(`/ocr/stream${query}`))
    expect(refused).toMatchObject({ status: 422, errors: [{ loc: ['query', 'images_count'] }] })
  },
)
