import { trainerKinds } from '../../../shared/trainers.ts'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { Reload, Skeleton } from '../../components/notice.tsx'
import { useScript } from '../../components/use-script.ts'
import { t } from '../../i18n/text.ts'
import type { Form } from './form.ts'

/** Who trains the job, and what only runners need to know. */
export function Trainer({ form }: { form: Form }) {
  const { trainer } = form.draft.value
  return (
    <section class="panel">
      <h2>{t('createJob.trainer')}</h2>
      <div class="stack">
        <ChoiceCards
          legend={t('createJob.trainedBy')}
          value={trainer}
          options={trainerKinds.map((kind) => [kind, t(`createJob.${kind}`), t(`createJob.${kind}Hint`)] as const)}
          onChange={(next) => form.change({ trainer: next })}
        />
        {trainer === 'runner' && <ForRunners form={form} />}
      </div>
    </section>
  )
}

function ForRunners({ form }: { form: Form }) {
  const { script, isMissing } = useScript(() => import('./for-runners/for-runners.tsx'))
  if (script !== null) return <script.ForRunners form={form} />
  return isMissing ? <Reload /> : <Skeleton lines={4} />
}
