import { beforeEach, expect, test } from 'vitest'
import { api, request, send, setClock, startMs } from './api.ts'

beforeEach(() => setClock(startMs))

type Expected = [loc: (string | number)[], msg: string, type: string]

async function errorsOf(response: Response): Promise<Expected[]> {
  const { errors } = await response.json<{ errors: { loc: Expected[0]; msg: string; type: string }[] }>()
  expect(response.status).toBe(422)
  return errors.map(({ loc, msg, type }) => [loc, msg, type])
}

const inBody: [body: object, ...Expected][] = [
  [{ epochs: 101 }, ['body', 'epochs'], 'Must be at most 100', 'too_big'],
  [{ epochs: 0 }, ['body', 'epochs'], 'Must be at least 1', 'too_small'],
  [{ epochs: 1.5 }, ['body', 'epochs'], 'Must be a whole number', 'invalid_type'],
  [{ epochs: '10' }, ['body', 'epochs'], 'Must be a number', 'invalid_type'],
  [{ learning_rate: 1e-9 }, ['body', 'learning_rate'], 'Must be at least 0.000001', 'too_small'],
  [{ mixed_precision: 'yes' }, ['body', 'mixed_precision'], 'Must be true or false', 'invalid_type'],
  [{ model_type: 'x' }, ['body', 'model_type'], 'Must be one of zeugnis, klausur, general', 'invalid_value'],
  [{ name: ['x'] }, ['body', 'name'], 'Must be a string', 'invalid_type'],
  [{ name: undefined }, ['body', 'name'], 'Field required', 'missing'],
  [{ bundeslaender: 'BY' }, ['body', 'bundeslaender'], 'Must be an array', 'invalid_type'],
]

test.each(inBody)('what must be sent in place of %j is said in a sentence', async (part, ...error) => {
  const body = { name: 'Zeugnis', bundeslaender: ['BY'], ...part }
  expect(await errorsOf(await send('POST', `${api}/jobs`, body))).toEqual([error])
})

test('so it is for lists that are too long or empty, and a token that expires at no time', async () => {
  const everywhere = { name: 'Zeugnis', bundeslaender: Array(49).fill('BY') }
  expect(await errorsOf(await send('POST', `${api}/jobs`, everywhere))).toEqual([
    [['body', 'bundeslaender'], 'Must have at most 48 entries', 'too_big'],
  ])
  expect(await errorsOf(await send('PUT', `${api}/dataset/documents`, { documents: [] }))).toEqual([
    [['body', 'documents'], 'Must have at least 1 entry', 'too_small'],
  ])
  const instant = 'Must be a date and time with a time zone, such as 2026-11-01T08:00:00Z'
  const token = { name: 'ci', role: 'viewer', expires_at: 'tomorrow' }
  expect(await errorsOf(await send('POST', '/api/v1/admin/tokens', token))).toEqual([
    [['body', 'expires_at'], instant, 'invalid_format'],
  ])
})

const events = '/jobs/00000000-0000-4000-8000-000000000000/events'
const count = 'Must be a whole number from 0 to 999999999999999'
const types = 'Must be one of zeugnis, klausur, general'
const inQuery: [path: string, ...Expected][] = [
  ['/jobs?limit=1&limit=2', ['query', 'limit'], 'Give it once', 'invalid_type'],
  ['/jobs?sort=name&sort=name', ['query', 'sort'], 'Give it once', 'invalid_value'],
  ['/jobs?q=a&q=b', ['query', 'q'], 'Give it once', 'invalid_type'],
  ['/jobs?limit=201', ['query', 'limit'], 'Must be at most 200', 'too_big'],
  ['/jobs?limit=many', ['query', 'limit'], 'Must be a whole number from 1 to 200', 'invalid_format'],
  [`${events}?after=9007199254740993`, ['query', 'after'], count, 'invalid_format'],
  ['/models?active=yes', ['query', 'active'], 'Must be true or false', 'invalid_value'],
  ['/jobs?model_type=zeugnis&model_type=x', ['query', 'model_type', 1], types, 'invalid_value'],
  ['/ocr/stream?images_count=ten', ['query', 'images_count'], 'Must be a whole number from 1 to 100', 'invalid_format'],
  ['/metrics/stream', ['query', 'job_id'], 'Field required', 'missing'],
]

test.each(inQuery)('GET %s is answered with what to do', async (path, ...error) => {
  expect(await errorsOf(await request(api + path))).toEqual([error])
})
