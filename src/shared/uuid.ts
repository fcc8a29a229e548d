/** The source of a regular expression for this service's ids. */
export const UUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

const whole = new RegExp(`^${UUID_PATTERN}$`)

/** Whether a text has the format of this service's ids; if not, there is no need to look it up. */
export const isUuid = (text: string): boolean => whole.test(text)
