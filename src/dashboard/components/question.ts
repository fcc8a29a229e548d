import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export type Question = {
  title: string
  /** What would be lost. */
  text: ComponentChildren
  /** The label of the button that goes ahead: the action, not "OK". */
  action: string
  /** The label of the other button, where "Cancel" would be ambiguous. */
  dismiss?: string
  /** Whether something is lost for good. */
  dangerous?: boolean
}

/** The open question; `null`: none. */
export const openQuestion = signal<{ question: Question; answer: (goAhead: boolean) => void } | null>(null)
