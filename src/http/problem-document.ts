/** One error in a request: where (with FastAPI's names), what, and its kind. */
export type ValidationError = { loc: (string | number)[]; msg: string; type: string }

/** Why an attempt of a runner is over. */
export const attemptEnds = ['replaced', 'finished', 'given-up', 'deleted'] as const

/** An error document of the API (RFC 9457); the schema says what each field means. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  request_id?: string | undefined
  errors?: ValidationError[] | undefined
  expected_sequence?: number | undefined
  reason?: (typeof attemptEnds)[number] | undefined
}
