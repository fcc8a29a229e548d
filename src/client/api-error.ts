import type { Problem } from '../http/problem-document.ts'

/** An error that the API answered. The message is the problem's `detail`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** `null` when the answer was not a problem document, such as a proxy's error page. */
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null, message = problem?.detail ?? `The server answered ${status}`) {
    super(message)
    this.status = status
    this.problem = problem
  }

  /** The error in a response, whose body it consumes. */
  static async of(response: Pick<Response, 'status' | 'headers' | 'text'>): Promise<ApiError> {
    const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json')
    const text = await response.text().catch(() => '')
    return new ApiError(response.status, isProblem ? parse(text) : null)
  }
}

/** @returns `null` for a truncated document */
function parse(text: string): Problem | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
