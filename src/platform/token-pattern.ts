/** How every API token begins, so that one that has leaked is recognized. */
export const TOKEN_PREFIX = 'stw_'

/** What an API token looks like: its prefix, then 256 bits in base64url. A regular expression's source. */
export const TOKEN_PATTERN = `${TOKEN_PREFIX}[A-Za-z0-9_-]{43}`

const anywhere = new RegExp(TOKEN_PATTERN, 'g')

/** A text without the API tokens in it: somebody may put one into an address, which is logged and told in errors. */
export const withoutTokens = (text: string): string => text.replaceAll(anywhere, `${TOKEN_PREFIX}…`)
