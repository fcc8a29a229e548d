import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

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

const asked = signal<{ question: Question; answer: (goAhead: boolean) => void } | null>(null)

/** Asks before something is done. @returns whether to go ahead */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer: (goAhead) => {
        asked.value = null
        resolve(goAhead)
      },
    }
  })
}

/** Where `confirm` asks; stands once on the page. */
export function ConfirmDialog() {
  const current = asked.value
  const { question, answer } = current ?? {}
  return (
    <Dialog open={current !== null} title={question?.title ?? ''} onClose={() => answer?.(false)}>
      <div>{question?.text}</div>
      <div class="actions">
        <Button onClick={() => answer?.(false)}>{question?.dismiss ?? t('common.cancel')}</Button>
        <Button look={question?.dangerous ? 'danger primary' : 'primary'} onClick={() => answer?.(true)}>
          {question?.action}
        </Button>
      </div>
    </Dialog>
  )
}
