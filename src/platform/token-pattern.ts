/** The prefix of every API token, so that secret scanners recognize a leaked one. */
export const TOKEN_PREFIX = 'stw_'

/** The source of a regular expression for API tokens: the prefix, then 256 bits in base64url. */
export const TOKEN_PATTERN = `${TOKEN_PREFIX}[A-Za-z0-9_-]{43}`

const anywhere = new RegExp(TOKEN_PATTERN, 'g')

/** A text with its API tokens redacted: a client may put one into a path, which is logged and repeated in errors. */
export const withoutTokens = (text: string): string => text.replaceAll(anywhere, `${TOKEN_PREFIX}…`)
