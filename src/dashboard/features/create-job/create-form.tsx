import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toast.tsx'
import { useStatus } from '../../domain/resources.ts'
import { useSlotUsage } from '../../domain/slot-usage.ts'
import { t } from '../../i18n/text.ts'
import { navigate } from '../../platform/router.ts'
import { Advanced } from './advanced.tsx'
import { Basics } from './basics.tsx'
import { type Errors, fieldNames } from './check.ts'
import type { Draft } from './draft.ts'
import { ErrorSummary, focusField } from './error-summary.tsx'
import { createForm } from './form.ts'
import { Regulations } from './regulations.tsx'
import type { Attempt } from './session-draft.ts'
import { useSpeed } from './speed.ts'
import { StartPanel } from './start-panel.tsx'
import { Trainer } from './trainer.tsx'

const noErrors: Errors = new Map()

export type CreateFormProps = {
  /** The id of the job that is duplicated. */
  from: string | null
  draft: Draft
  attempt: Attempt | null
  /** Whether it was restored after a reload. */
  restored: boolean
  /** Whether it takes the focus: starting over happened within the form. */
  focused: boolean
  onStartOver: () => void
}

/** The form for a job. After success it leads to the job. */
export function CreateForm({ from, draft, attempt, restored, focused, onStartOver }: CreateFormProps) {
  const form = useMemo(() => createForm({ from, draft, attempt }), [])
  const element = useRef<HTMLFormElement>(null)
  const wantsToWait = useSignal(true)
  /** Before the first submit, errors are shown at the fields only. */
  const wasSent = useSignal(false)
  const slotUsage = useSlotUsage()
  const speed = useSpeed()

  const usual = useStatus().data?.trainer
  useEffect(() => {
    if (usual !== undefined && form.draft.peek().trainer === null) form.assume({ trainer: usual })
  }, [usual])
  useEffect(() => {
    if (focused && element.current !== null) focusField(element.current, 'name')
  }, [])

  async function submit(waits: boolean): Promise<void> {
    wasSent.value = true
    const id = await form.submit(waits)
    if (id !== null) {
      toast.done(t('createJob.created', { name: form.draft.peek().name.trim() }))
      // The back button leads to where the form was opened: the form is done.
      navigate(`/jobs/${encodeURIComponent(id)}`, { replace: true })
      return scrollTo(0, 0)
    }
    const [first] = form.errors.peek().keys()
    if (first !== undefined && element.current !== null) focusField(element.current, first)
  }

  return (
    <form
      ref={element}
      class="create-job"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit((slotUsage?.isBusy ?? false) && wantsToWait.value)
      }}
      onFocusOut={({ target }) => {
        const field = fieldNames.find((name) => target instanceof HTMLInputElement && name === target.name)
        if (field !== undefined && form.draft.peek()[field] !== '') form.leave(field)
      }}
    >
      {restored && (
        <p class="create-restored">
          {t('createJob.restored')}{' '}
          <Button look="plain" onClick={onStartOver}>
            {t('createJob.startOver')}
          </Button>
        </p>
      )}
      <ErrorSummary errors={wasSent.value ? form.errors.value : noErrors} form={element} />
      <div class="create-fields">
        <Basics form={form} />
        <Trainer form={form} />
        <Regulations form={form} />
        <Advanced form={form} speed={speed} />
      </div>
      <StartPanel
        form={form}
        speed={speed}
        slotUsage={slotUsage}
        waits={wantsToWait.value}
        onWaits={(waits) => {
          wantsToWait.value = waits
        }}
        onWaitInstead={() => submit(true)}
      />
    </form>
  )
}
