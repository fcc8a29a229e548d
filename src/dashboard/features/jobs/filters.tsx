import type { ComponentChildren } from 'preact'
import { jobConditions } from '../../../shared/job-conditions.ts'
import { jobStatuses } from '../../../shared/job-status.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { allTrainerKinds } from '../../../shared/trainers.ts'
import { Button } from '../../components/button.tsx'
import { trainerName } from '../../domain/job-columns.ts'
import { StateIcon } from '../../domain/state-badge.tsx'
import { t } from '../../i18n/text.ts'
import { filterBy, isFiltered, type ListQuery, resetFilter } from './list-query.ts'
import { RunnerFilter } from './runner-filter.tsx'
import { SearchField } from './search-field.tsx'
import { SortSelect } from './sort.tsx'

type FiltersProps = {
  query: ListQuery
  /** At the end of their line. */
  children: ComponentChildren
}

/** The search and the filter of the list; its order where no heading has it. */
export function Filters({ query, children }: FiltersProps) {
  const { status, modelType, q, tags, condition, runner, trainer, sort } = query
  return (
    <div class="jobs-filters">
      <SearchField q={q} />
      <Chips legend={t('jobs.filterStatus')}>
        {jobStatuses.map((one) => (
          <Chip key={one} value={one} all={status} onChange={(next) => filterBy('status', next)} state={one}>
            <StateIcon status={one} />
            {t(`common.${one}`)}
          </Chip>
        ))}
      </Chips>
      <Chips legend={t('jobs.filterType')}>
        {modelTypes.map((one) => (
          <Chip key={one} value={one} all={modelType} onChange={(next) => filterBy('model_type', next)}>
            {t(`common.${one}`)}
          </Chip>
        ))}
      </Chips>
      <Chips legend={t('jobList.conditions')}>
        {jobConditions.map((one) => (
          <Chip key={one} value={one} all={condition} onChange={(next) => filterBy('condition', next)}>
            {t(`jobList.${one}`)}
          </Chip>
        ))}
      </Chips>
      <Chips legend={t('columns.trainer')}>
        {allTrainerKinds.map((one) => (
          <Chip key={one} value={one} all={trainer} onChange={(next) => filterBy('trainer', next)}>
            {trainerName(one)}
          </Chip>
        ))}
      </Chips>
      <RunnerFilter runner={runner} />
      {tags.length > 0 && (
        <Chips legend={t('job.tags')}>
          {tags.map((tag) => (
            <Chip key={tag} value={tag} all={tags} onChange={(next) => filterBy('tag', next)}>
              {tag}
            </Chip>
          ))}
        </Chips>
      )}
      <SortSelect sort={sort} />
      {isFiltered(query) && (
        <Button look="plain" onClick={resetFilter}>
          {t('jobs.resetFilter')}
        </Button>
      )}
      {children}
    </div>
  )
}

function Chips({ legend, children }: { legend: string; children: ComponentChildren }) {
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      <div>{children}</div>
    </fieldset>
  )
}

type ChipProps<V extends string> = {
  value: V
  all: readonly V[]
  onChange: (next: V[]) => void
  /** The state that gives the chip its colour. */
  state?: string
  children: ComponentChildren
}

function Chip<V extends string>({ value, all, onChange, state, children }: ChipProps<V>) {
  const checked = all.includes(value)
  return (
    <label class="chip" data-state={state}>
      <input
        type="checkbox"
        checked={checked}
        onChange={() => onChange(checked ? all.filter((other) => other !== value) : [...all, value])}
      />
      {children}
    </label>
  )
}
