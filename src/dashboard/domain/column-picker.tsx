import '../styles/column-picker.css'
import { useId, useState } from 'preact/hooks'
import { fold } from '../../platform/fold.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { t } from '../i18n/text.ts'
import { COLUMNS_MAX, COLUMNS_OFFERED_MAX, SEARCH_LENGTH_MAX } from '../platform/limits.ts'
import { type ColumnGroup, columnOf, type JobColumn, metricName, picks } from './job-columns.ts'

export type ColumnPickerProps = {
  open: boolean
  onClose: () => void
  /** The keys of the chosen columns, in their order. */
  chosen: readonly string[]
  /** The names of what is there to choose. */
  names: Readonly<Record<ColumnGroup, readonly string[]>>
  onChoose: (keys: string[]) => void
  onReset: () => void
}

/** Chooses the columns of a table of jobs, and their order. It takes effect at once. */
export default function ColumnPicker({ open, onClose, chosen, names, onChoose, onReset }: ColumnPickerProps) {
  const [search, setSearch] = useState('')
  const fieldId = useId()
  const isFull = chosen.length >= COLUMNS_MAX
  const toggle = (key: string, isWanted: boolean) =>
    onChoose(isWanted ? [...chosen, key] : chosen.filter((other) => other !== key))
  const groups = (['settings', 'params', 'metrics'] as const).map((group) => ({
    group,
    found: names[group].filter((name) => fold(titleOf(group, name)).includes(fold(search))),
  }))
  return (
    <Dialog open={open} title={t('columns.title')} onClose={onClose}>
      <div class="column-picker stack-s">
        <p class="quiet small">{t('columns.hint')}</p>
        <Chosen chosen={chosen} onChoose={onChoose} />
        {isFull && <p role="status">{t('columns.full', { max: COLUMNS_MAX })}</p>}
        <label htmlFor={fieldId}>{t('columns.find')}</label>
        <input
          id={fieldId}
          class="input"
          type="search"
          maxLength={SEARCH_LENGTH_MAX}
          autocomplete="off"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <div class="column-groups">
          {groups.map(
            ({ group, found }) =>
              found.length > 0 && <Group key={group} {...{ group, found, chosen, isFull, toggle }} />,
          )}
          {groups.every(({ found }) => found.length === 0) && <p role="status">{t('columns.nothing')}</p>}
        </div>
        <div class="row between">
          <Button look="plain" onClick={onReset}>
            {t('columns.reset')}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t('columns.close')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The chosen columns in their order, each of which can be moved and removed. */
function Chosen({ chosen, onChoose }: Pick<ColumnPickerProps, 'chosen' | 'onChoose'>) {
  const columns = chosen.map(columnOf).filter((column): column is JobColumn => column !== null)
  const moved = (key: string, by: number) => {
    const at = chosen.indexOf(key)
    const other = chosen[at + by]
    return other === undefined ? null : chosen.with(at, other).with(at + by, key)
  }
  return (
    <section aria-label={t('columns.shown')}>
      <h3>{t('columns.shown')}</h3>
      {columns.length === 0 && <p class="quiet">{t('columns.noneShown')}</p>}
      <ol class="column-order">
        {columns.map(({ key, title }) => (
          <li key={key}>
            <span>{title}</span>
            <Move of={title} to="up" keys={moved(key, -1)} onChoose={onChoose} />
            <Move of={title} to="down" keys={moved(key, 1)} onChoose={onChoose} />
            <Button
              look="plain"
              label={t('columns.remove', { name: title })}
              onClick={() => onChoose(chosen.filter((other) => other !== key))}
            >
              ×
            </Button>
          </li>
        ))}
      </ol>
    </section>
  )
}

type MoveProps = { of: string; to: 'up' | 'down'; keys: string[] | null; onChoose: (keys: string[]) => void }

/** Moves a column by one place. It stays where there is none, so that it keeps the focus. */
function Move({ of, to, keys, onChoose }: MoveProps) {
  return (
    <button
      type="button"
      class="button plain"
      aria-label={t(`columns.${to}`, { name: of })}
      aria-disabled={keys === null}
      onClick={() => keys !== null && onChoose(keys)}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d={to === 'up' ? 'M8 13V3M4 7l4-4 4 4' : 'M8 3v10M4 9l4 4 4-4'}
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
        />
      </svg>
    </button>
  )
}

type GroupProps = {
  group: ColumnGroup
  found: readonly string[]
  chosen: readonly string[]
  isFull: boolean
  toggle: (key: string, isWanted: boolean) => void
}

/** What can be chosen of one kind: of a metric its last, best, lowest and highest value. */
function Group({ group, found, chosen, isFull, toggle }: GroupProps) {
  const rest = found.length - COLUMNS_OFFERED_MAX
  const check = (key: string, label: string) => {
    const isChosen = chosen.includes(key)
    return (
      <label key={key} class="check">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={isFull && !isChosen}
          onChange={(event) => toggle(key, event.currentTarget.checked)}
        />
        {label}
      </label>
    )
  }
  return (
    <section aria-label={t(`columns.${group}`)}>
      <h3>{t(`columns.${group}`)}</h3>
      <ul class="column-names">
        {found.slice(0, COLUMNS_OFFERED_MAX).map((name) => (
          <li key={name}>
            {group === 'metrics' ? (
              <fieldset class="column-picks">
                <legend>{titleOf(group, name)}</legend>
                {picks.map((pick) => check(`${pick}:${name}`, t(`columns.${pick}`)))}
              </fieldset>
            ) : (
              check(`${group === 'settings' ? 'setting' : 'param'}:${name}`, titleOf(group, name))
            )}
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="quiet small">{t('columns.more', { count: rest })}</p>}
    </section>
  )
}

function titleOf(group: ColumnGroup, name: string): string {
  if (group === 'metrics') return metricName(name)
  return group === 'settings' ? (columnOf(`setting:${name}`)?.title ?? name) : name
}
