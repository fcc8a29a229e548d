/** A text in the forms of its language: one document, two documents. */
export type Plural = { one: string; other: string }

export type Message = string | Plural

/** A section's texts in another language: exactly its keys, and a plural where it has one. */
export type TextsLike<Section> = { [K in keyof Section]: Section[K] extends string ? string : Exclude<Message, string> }
