import type { ModelVersion } from '../../../client/index.ts'
import { CopyId } from '../../components/copy.tsx'
import { shortId } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'

/** The documents that a version was trained on: then, and what of them has been withdrawn since. */
export function TrainedOn({ version: { dataset, training_withdrawn } }: { version: ModelVersion }) {
  if (dataset === null) return <p class="quiet">{t('version.datasetUnknown')}</p>
  const { revision, documents, withdrawn, sha256 } = dataset
  return (
    <dl class="pairs">
      <dt>{t('version.atTraining')}</dt>
      <dd>
        {t('version.documents', { count: documents - (withdrawn ?? 0) })}
        <span class="quiet"> · {t('version.revision', { revision })}</span>
      </dd>
      {withdrawn !== null && withdrawn > 0 && (
        <>
          <dt>{t('version.leftOut')}</dt>
          <dd>{t('version.leftOutCount', { count: withdrawn })}</dd>
        </>
      )}
      <dt>{t('version.since')}</dt>
      <dd>
        {training_withdrawn === null ? (
          t('version.unknown')
        ) : training_withdrawn === 0 ? (
          t('version.noneWithdrawn')
        ) : (
          <strong>{t('version.documents', { count: training_withdrawn })}</strong>
        )}
      </dd>
      {sha256 !== null && (
        <>
          <dt>{t('version.datasetDigest')}</dt>
          <dd>
            <CopyId id={sha256} name={t('version.datasetDigest')} shown={shortId(sha256)} />
          </dd>
        </>
      )}
    </dl>
  )
}
