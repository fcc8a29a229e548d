import type { Message } from './text.ts'

/** A section's texts in another language: exactly its keys, and a plural where it has one. */
export type TextsLike<Section> = { [K in keyof Section]: Section[K] extends string ? string : Exclude<Message, string> }
