import { apiFetch } from './api-fetch.ts'
import { type Answer, type RequestOptions, request } from './request.ts'

/**
 * The bytes of a file at an address of this service, at most so many of its first ones. Never throws; a session that has ended
 * is renewed as in `request`.
 *
 * @param size of the whole file
 */
export async function fetchBytes(
  address: string,
  size: number,
  bytesMax: number,
  options?: RequestOptions,
): Promise<Answer<Blob>> {
  const headers = size > bytesMax ? { Range: `bytes=0-${bytesMax - 1}` } : {}
  let bytes = new Blob()
  const answer = await request(async () => {
    const response = await apiFetch(address, { headers })
    if (!response.ok) return response
    bytes = await response.blob()
    // They are no JSON: to `request`, nothing is left of the body.
    return { ok: true, status: 204, headers: response.headers, text: async () => '' }
  }, options)
  return answer.ok ? { ...answer, data: bytes } : answer
}
