const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text could be an id that this service gave out: what could not need not be looked for anywhere. */
export const isUuid = (text: string): boolean => pattern.test(text)
