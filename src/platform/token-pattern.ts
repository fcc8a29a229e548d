/** The prefix of every API token, so that secret scanners recognize a leaked one. */
export const TOKEN_PREFIX = 'stw_'

/** The prefix of every job token. */
export const JOB_TOKEN_PREFIX = 'stj_'

/** The source of a regular expression for the secret part of a token: 256 bits in base64url. */
export const SECRET_PATTERN = '[A-Za-z0-9_-]{43}'

/** The source of a regular expression for API tokens. */
export const TOKEN_PATTERN = `${TOKEN_PREFIX}${SECRET_PATTERN}`

/** Job tokens have the job's id, a UUID of 36 characters, in front of the secret. */
const anywhere = new RegExp(
  `(${JOB_TOKEN_PREFIX})[A-Za-z0-9-]{36}_${SECRET_PATTERN}|(${TOKEN_PREFIX})${SECRET_PATTERN}`,
  'g',
)

/** A text with its tokens redacted: a client may put one into a path, which is logged and repeated in errors. */
export const withoutTokens = (text: string): string => text.replaceAll(anywhere, '$1$2…')
