import { printable } from '../job/text.ts'
import { exitCodes, UsageError } from '../job/usage.ts'
import { ExpectedError, noAnswer } from '../service.ts'

/** Objects per page: the maximum of Cloudflare's API. */
const OBJECTS_PAGE_MAX = 10_000

/** Namespaces per page: the maximum of Cloudflare's API, and more classes than an account can have. */
const NAMESPACES_PAGE_MAX = 1_000

/** Timeout of a page in milliseconds: ids of 10,000 objects are 1 MB. */
const PAGE_MS = 60_000

type Env = Record<string, string | undefined>
type Namespace = { id: string; class?: string; script?: string }
type ListedObject = { id: string; hasStoredData?: boolean }
/** `cursor`: the start of the next page; `null`: there is none. */
type Page<T> = { result: T[]; cursor: string | null }

/** Cloudflare's answer to a request for a list. Its documented schema has `cursor`; its own clients read `cursors.after`. */
type Answer<T> = {
  success: boolean
  errors?: { code: number; message: string }[]
  result?: T[] | null
  result_info?: { cursor?: string | null; cursors?: { after?: string | null } }
}

/**
 * The ids of all objects with stored data, of the class `className` of the Worker `worker`, from Cloudflare's API.
 *
 * @param env wrangler's variables: CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_BASE_URL
 * @see https://developers.cloudflare.com/api/resources/durable_objects/
 */
export async function objectsAtCloudflare(worker: string, className: string, env: Env): Promise<string[]> {
  const list = lister(env)
  const namespaces = await list<Namespace>('', { per_page: NAMESPACES_PAGE_MAX })
  const namespace = namespaces.result.find((one) => one.script === worker && one.class === className)
  if (namespace === undefined) {
    const what =
      'say with --worker under which name it is deployed, and look whether CLOUDFLARE_ACCOUNT_ID is its account'
    throw new ExpectedError(
      exitCodes.refused,
      `The account has no Worker "${worker}" with objects ${className}: ${what}.`,
    )
  }
  const path = `/${encodeURIComponent(namespace.id)}/objects`
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const query = { limit: OBJECTS_PAGE_MAX, ...(cursor === null ? {} : { cursor }) }
    const page: Page<ListedObject> = await list<ListedObject>(path, query)
    ids.push(...page.result.filter((object) => object.hasStoredData).map((object) => object.id))
    if (page.cursor !== null && page.cursor === cursor) {
      throw new ExpectedError(exitCodes.refused, 'Cloudflare lists the same objects again and again: try it later.')
    }
    cursor = page.cursor
  } while (cursor !== null)
  return ids
}

/** Fetches a list below `…/durable_objects/namespaces`. */
function lister(env: Env) {
  const { account, token, base } = readSettings(env)
  return async <T>(path: string, query: Record<string, string | number>): Promise<Page<T>> => {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
    const address = `${base}/accounts/${encodeURIComponent(account)}/workers/durable_objects/namespaces${path}?${search}`
    const [status, answer] = await fetchJson<Answer<T>>(address, token)
    if (!answer?.success || !Array.isArray(answer.result)) throw refusal(status, answer)
    const { cursor, cursors } = answer.result_info ?? {}
    return { result: answer.result, cursor: cursor || cursors?.after || null }
  }
}

function readSettings(env: Env): { account: string; token: string; base: string } {
  const { CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_API_TOKEN: token } = env
  const base = env.CLOUDFLARE_API_BASE_URL || 'https://api.cloudflare.com/client/v4'
  if (!account || !token) {
    const missing = [account ? '' : 'CLOUDFLARE_ACCOUNT_ID', token ? '' : 'CLOUDFLARE_API_TOKEN']
    const what = 'with a token that has the permission Workers Scripts Read; or give the ids with --objects'
    throw new UsageError(`To list the objects, set ${missing.filter(Boolean).join(' and ')}, ${what}.`)
  }
  // `fetch` would show both in its errors.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('CLOUDFLARE_API_TOKEN must be printable ASCII without spaces.')
  }
  const url = URL.canParse(base) ? new URL(base) : null
  if (!/^https?:$/.test(url?.protocol ?? '') || url?.username || url?.password) {
    throw new UsageError('CLOUDFLARE_API_BASE_URL must be an http address without user and password.')
  }
  return { account, token, base: base.replace(/\/+$/, '') }
}

/** @returns the status, and the answer; `null` when that is not JSON */
async function fetchJson<T>(address: string, token: string): Promise<[number, T | null]> {
  try {
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(address, { headers, signal: AbortSignal.timeout(PAGE_MS) })
    const text = await response.text()
    return [response.status, parse(text)]
  } catch (error) {
    const reason = noAnswer(error)
    if (reason === null) throw error
    const what = 'try again, or give the ids with --objects'
    throw new ExpectedError(exitCodes.unreachable, `No answer from Cloudflare (${reason}): ${what}.`)
  }
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function refusal(status: number, answer: Answer<unknown> | null): ExpectedError {
  const errors = answer?.errors?.map(({ code, message }) => `${message} (${code})`).join(', ')
  const why = printable(errors || 'it answered no list')
  const isCredential = status >= 400 && status < 500 && status !== 429
  const what = isCredential
    ? 'check CLOUDFLARE_ACCOUNT_ID, and that CLOUDFLARE_API_TOKEN has the permission Workers Scripts Read'
    : 'try again in some minutes'
  return new ExpectedError(exitCodes.refused, `Cloudflare refused to list the objects with ${status}, ${why}: ${what}.`)
}
