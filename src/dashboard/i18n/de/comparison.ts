import type { comparison as english } from '../en/comparison.ts'
import type { TextsLike } from '../message.ts'

export const comparison: TextsLike<typeof english> = {
  other: 'Andere Metrik …',
  apart: 'Versuche einzeln',
  attempt: '{name}, Versuch {number} ({runner})',
}
