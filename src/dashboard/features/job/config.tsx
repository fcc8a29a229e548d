import type { JobSnapshot } from '../../../client/index.ts'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { formatCount, formatNumber } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** The config of the job. */
export function Config({ config }: { config: JobSnapshot['config'] }) {
  const pairs = [
    [t('job.modelType'), t(`common.${config.model_type}`)],
    [t('job.bundeslaender'), config.bundeslaender.map((code) => bundeslandName(code)).join(', ')],
    [t('job.epochs'), formatCount(config.epochs)],
    [t('job.batchSize'), formatCount(config.batch_size)],
    [t('job.learningRate'), formatNumber(config.learning_rate)],
    [t('job.warmupSteps'), formatCount(config.warmup_steps)],
    [t('job.weightDecay'), formatNumber(config.weight_decay)],
    [t('job.gradientAccumulation'), formatCount(config.gradient_accumulation)],
    [t('job.mixedPrecision'), t(config.mixed_precision ? 'job.yes' : 'job.no')],
  ]
  return (
    <section class="panel">
      <h2>{t('job.config')}</h2>
      <dl class="pairs">
        {pairs.map(([name, value]) => (
          <div key={name} class="pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
