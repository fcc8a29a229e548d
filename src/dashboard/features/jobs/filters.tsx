import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { jobStatuses } from '../../../shared/job-status.ts'
import { modelTypes } from '../../../shared/model-types.ts'
import { Button } from '../../components/button.tsx'
import { StateIcon } from '../../domain/state-badge.tsx'
import { t } from '../../i18n/text.ts'
import { filterBy, type ListQuery, orderBy, resetFilter } from './list-query.ts'
import { type Order, orderTexts, pageOrders } from './order.ts'

/** The filter and the order of the list. */
export function Filters({ status, modelType, order }: ListQuery) {
  const filtered = status.length > 0 || modelType.length > 0
  return (
    <div class="jobs-filters">
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
      <OrderSelect order={order} />
      {filtered && (
        <Button look="plain" onClick={resetFilter}>
          {t('jobs.resetFilter')}
        </Button>
      )}
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

/** The API lists the newest first; other orders apply within the page, and are labelled so. */
function OrderSelect({ order }: { order: Order }) {
  const id = useId()
  return (
    <div class="jobs-order">
      <label htmlFor={id}>{t('jobs.order')}</label>
      <select id={id} class="input" value={order} onChange={(event) => orderBy(event.currentTarget.value as Order)}>
        <option value="newest">{t(orderTexts.newest)}</option>
        <optgroup label={t('jobs.orderOnPage')}>
          {pageOrders.map((one) => (
            <option key={one} value={one}>
              {t(orderTexts[one])}
            </option>
          ))}
        </optgroup>
      </select>
    </div>
  )
}
