/** Enough of an id to tell it from the others on a page. */
export const shortId = (id: string): string => id.slice(0, 8)
