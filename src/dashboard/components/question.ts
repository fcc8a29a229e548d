import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export type Question = {
  title: string
  /** What will be lost. */
  text: ComponentChildren
  /** What the button that goes ahead says: the deed, not "OK". */
  action: string
  /** What the other button says, where "cancel" could be taken for the deed. */
  dismiss?: string
  /** Whether something is lost for good. */
  dangerous?: boolean
}

/** What somebody is being asked; `null`: nothing. */
export const asked = signal<{ question: Question; answer: (goAhead: boolean) => void } | null>(null)
