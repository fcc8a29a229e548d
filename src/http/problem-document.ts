/** One error in a request: where (with FastAPI's names), what, and its kind. */
export type ValidationError = { loc: (string | number)[]; msg: string; type: string }

/** An error document of the API (RFC 9457); the schema says what each field means. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  request_id?: string | undefined
  errors?: ValidationError[] | undefined
}
