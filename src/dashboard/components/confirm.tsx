import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { openQuestion, type Question } from './question.ts'

/** Asks for confirmation. @returns whether to go ahead */
export function confirm(question: Question): Promise<boolean> {
  openQuestion.value?.answer(false)
  return new Promise((resolve) => {
    openQuestion.value = {
      question,
      answer: (goAhead) => {
        openQuestion.value = null
        resolve(goAhead)
      },
    }
  })
}

/** The dialog of `confirm`; rendered once. */
export function ConfirmDialog() {
  const current = openQuestion.value
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
