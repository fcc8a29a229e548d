import { bundeslandCodes } from '../../../shared/bundeslaender.ts'
import { Button } from '../../components/button.tsx'
import { SelectField } from '../../components/field.tsx'
import { bundeslandName } from '../../i18n/bundesland.ts'
import { t } from '../../i18n/text.ts'
import { changeFilter, noFilter, readFilter } from './filter.ts'

const any = ''

/** What the list is filtered by; the map and the bars set the same. */
export function Filters({ types }: { types: string[] }) {
  const filter = readFilter()
  // A type that is in the address but not in the dataset is listed too: it explains an empty list.
  const options = filter.doc_type === null || types.includes(filter.doc_type) ? types : [...types, filter.doc_type]
  return (
    <div class="filters">
      <SelectField
        label={t('dataset.land')}
        value={filter.bundesland ?? any}
        options={[[any, t('dataset.anyLand')], ...bundeslandCodes.map((code) => [code, bundeslandName(code)] as const)]}
        onChange={(code) => changeFilter({ bundesland: code === any ? null : code })}
      />
      <SelectField
        label={t('dataset.type')}
        value={filter.doc_type ?? any}
        options={[[any, t('dataset.anyType')], ...options.map((type) => [type, type] as const)]}
        onChange={(type) => changeFilter({ doc_type: type === any ? null : type })}
      />
      <SelectField
        label={t('dataset.training')}
        value={filter.training_allowed ?? any}
        options={[
          [any, t('dataset.anyTraining')],
          ['true', t('dataset.released')],
          ['false', t('dataset.notReleased')],
        ]}
        onChange={(value) => changeFilter({ training_allowed: value === any ? null : value })}
      />
      {Object.values(filter).some((value) => value !== null) && (
        <Button onClick={() => changeFilter(noFilter)}>{t('dataset.clearFilter')}</Button>
      )}
    </div>
  )
}
