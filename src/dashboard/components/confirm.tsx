import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { asked, type Question } from './question.ts'

/** Asks for confirmation. @returns whether to go ahead */
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

/** The dialog of `confirm`; rendered once. */
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
