import { type BundeslandCode, bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { Button } from '../../components/button.tsx'
import { type Stats, useStats } from '../../domain/resources.ts'
import { TileChoice } from '../../domain/tile-map.tsx'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { formatList } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { Form } from './form.ts'

/** The Bundesländer to train on, and how many of their documents are in the dataset. */
export function Regulations({ form }: { form: Form }) {
  const stats = useStats().data
  const { bundeslaender } = form.draft.value
  const choose = (codes: Iterable<BundeslandCode>) => {
    const selection = new Set(codes)
    form.change({ bundeslaender: bundeslandCodes.filter((code) => selection.has(code)) })
  }
  return (
    <section class="panel">
      <div class="row between">
        <h2>{t('createJob.where')}</h2>
        <div class="row">
          <Button onClick={() => choose(bundeslandCodes)}>{t('createJob.all')}</Button>
          <Button onClick={() => choose([])}>{t('createJob.none')}</Button>
        </div>
      </div>
      <div class="create-map">
        <div data-field="bundeslaender">
          <TileChoice
            legend={t('createJob.bundeslaender')}
            error={form.errors.value.get('bundeslaender')}
            value={new Set(bundeslaender)}
            onChange={choose}
          />
        </div>
        <Chosen codes={bundeslaender} stats={stats} isForRunner={form.draft.value.trainer === 'runner'} />
      </div>
    </section>
  )
}

type ChosenProps = { codes: BundeslandCode[]; stats: Stats | null; isForRunner: boolean }

/** The chosen Bundesländer, in words, and the documents that the job will have. */
function Chosen({ codes, stats, isForRunner }: ChosenProps) {
  const allowed = (code: BundeslandCode) => stats?.training_allowed_by_bundesland[code] ?? 0
  const without = codes.filter((code) => allowed(code) === 0)
  const approved = codes.reduce((sum, code) => sum + allowed(code), 0)
  const others = codes.reduce((sum, code) => sum + (stats?.by_bundesland[code] ?? 0), 0) - approved
  return (
    <div class="stack-s">
      <p>
        <strong>
          {codes.length === 0 ? t('createJob.noneChosen') : t('createJob.chosen', { count: codes.length })}
        </strong>
      </p>
      {codes.length > 0 && <p class="quiet">{formatList(codes.map((code) => bundeslandName(code)))}</p>}
      {stats !== null && stats.total_documents > 0 && codes.length > 0 && (
        <>
          <p>{t('createJob.chosenDocuments', { count: approved })}</p>
          {others > 0 && <p class="quiet small">{t('createJob.notApproved', { count: others })}</p>}
          <p class="quiet small">{t('createJob.frozen')}</p>
        </>
      )}
      {stats?.total_documents === 0 && isForRunner && (
        <p class="create-warning">
          {t('createJob.datasetEmpty')} <a href="/dataset">{t('common.dataset')}</a>
        </p>
      )}
      {stats !== null && stats.total_documents > 0 && without.length > 0 && (
        <p class="create-warning">
          {t('createJob.withoutDocuments', { names: formatList(without.map((code) => bundeslandName(code))) })}
        </p>
      )}
    </div>
  )
}
