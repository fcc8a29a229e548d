import { useId, useState } from 'preact/hooks'
import { explain } from '../../api/problem.ts'
import type { Resource } from '../../api/resource.ts'
import { t } from '../../i18n/text.ts'
import { COMPARED_JOBS_MAX, COMPARED_JOBS_SEARCHED } from '../../platform/limits.ts'
import { FoundJobs } from './found-jobs.tsx'
import { findJobs, idIn, type RecentJob } from './recent-jobs.ts'

type PickerProps = {
  /** The newest jobs. */
  recent: Resource<RecentJob[]>
  /** The ids that are chosen already. */
  chosen: readonly string[]
  onAdd: (id: string, name: string) => void
  /** The user is about to search: the newest jobs are needed. */
  onSearch: () => void
}

/** Adds a job by name: a combobox over the newest jobs. Others are found by their whole id. */
export function Picker({ recent, chosen, onAdd, onSearch }: PickerProps) {
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const listId = useId()
  const isFull = chosen.length >= COMPARED_JOBS_MAX
  const isListed = isOpen && !isFull
  const hint = isFull
    ? t('compare.full', { max: COMPARED_JOBS_MAX })
    : t('compare.searched', { count: COMPARED_JOBS_SEARCHED })
  const id = idIn(text)
  const matches = recent.data === null ? [] : findJobs(recent.data, text, chosen)
  const options = matches.length > 0 || id === null || chosen.includes(id) ? matches : [id]
  const show = (isShown: boolean) => {
    setOpen(isShown)
    setActive(-1)
  }
  const choose = (option: RecentJob | string | undefined) => {
    if (option === undefined) return
    if (typeof option === 'string') onAdd(option, option)
    else onAdd(option.id, option.name)
    setText('')
    show(false)
  }
  const keys: Record<string, () => void> = {
    ArrowDown: () => (isOpen ? setActive(Math.min(options.length - 1, active + 1)) : show(true)),
    ArrowUp: () => (isOpen ? setActive(Math.max(0, active - 1)) : show(true)),
    Enter: () => isListed && choose(options[Math.max(0, active)]),
    Escape: () => (isOpen ? show(false) : setText('')),
  }
  const press = (event: KeyboardEvent) => {
    const action = keys[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  return (
    <div class="picker">
      <label class="visually-hidden" htmlFor={`${listId}-field`}>
        {t('compare.add')}
      </label>
      <input
        id={`${listId}-field`}
        class="input"
        role="combobox"
        aria-expanded={isListed}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isListed && active >= 0 ? `${listId}-${active}` : undefined}
        aria-describedby={`${listId}-hint`}
        autocomplete="off"
        spellcheck={false}
        // Not disabled: it has the focus when the last place is filled.
        aria-disabled={isFull}
        readOnly={isFull}
        placeholder={t('compare.add')}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          show(true)
        }}
        onFocus={onSearch}
        onClick={() => show(true)}
        onKeyDown={press}
        onBlur={() => show(false)}
      />
      <p class={isFull ? 'small quiet' : 'visually-hidden'} id={`${listId}-hint`}>
        {hint}
      </p>
      {isListed && (
        <FoundJobs id={listId} nothing={whyNothing(recent)} {...{ hint, options, active }} onChoose={choose} />
      )}
    </div>
  )
}

/** Why a search has no results. */
function whyNothing({ data, refusal }: Resource<unknown>): string {
  if (data !== null) return t('compare.nothingFound')
  return refusal === null ? t('common.loading') : explain(refusal)
}
