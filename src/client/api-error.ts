import type { z } from '@hono/zod-openapi'
import type { Problem as ProblemSchema } from '../http/problem.ts'

/** An error as the API answers it (RFC 9457). */
export type Problem = z.infer<typeof ProblemSchema>

/** The API said no. The message is the problem's `detail`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** `null` when the answer was no problem document, as from a proxy on the way. */
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null, message = problem?.detail ?? `The server answered ${status}`) {
    super(message)
    this.status = status
    this.problem = problem
  }

  /** The error that an answer is. Consumes its body. */
  static async of(response: Pick<Response, 'status' | 'headers' | 'text'>): Promise<ApiError> {
    const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json')
    const text = await response.text().catch(() => '')
    return new ApiError(response.status, isProblem ? parse(text) : null)
  }
}

/** A document that was cut on its way is none. */
function parse(text: string): Problem | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
