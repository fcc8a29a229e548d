import { useId, useState } from 'preact/hooks'
import { explain } from '../../api/problem.ts'
import { t } from '../../i18n/text.ts'
import { COMPARED_JOBS_FOUND_MAX, COMPARED_JOBS_MAX, SEARCH_LENGTH_MAX } from '../../platform/limits.ts'
import { FoundJobs } from './found-jobs.tsx'
import { type FoundJob, type JobSearch, useJobSearch } from './job-search.ts'

type PickerProps = {
  /** The ids that are chosen already. */
  chosen: readonly string[]
  onAdd: (id: string, name: string) => void
}

/** Adds a job by its name or the beginning of its id: a combobox whose options the service finds. */
export function Picker({ chosen, onAdd }: PickerProps) {
  const [text, setText] = useState('')
  const [isSearching, setSearching] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const listId = useId()
  const isFull = chosen.length >= COMPARED_JOBS_MAX
  const isListed = isOpen && !isFull
  const hint = isFull ? t('compare.full', { max: COMPARED_JOBS_MAX }) : t('compare.searched')
  const search = useJobSearch(isSearching ? text : null)
  const options = search.jobs.filter(({ id }) => !chosen.includes(id)).slice(0, COMPARED_JOBS_FOUND_MAX)
  const show = (isShown: boolean) => {
    setOpen(isShown)
    setActive(-1)
  }
  const choose = (option: FoundJob | undefined) => {
    if (option === undefined) return
    onAdd(option.id, option.name)
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
        maxLength={SEARCH_LENGTH_MAX}
        onFocus={() => {
          if (isSearching) void search.refresh()
          setSearching(true)
        }}
        onClick={() => show(true)}
        onKeyDown={press}
        onBlur={() => show(false)}
      />
      <p class={isFull ? 'small quiet' : 'visually-hidden'} id={`${listId}-hint`}>
        {hint}
      </p>
      {isListed && (
        <FoundJobs id={listId} nothing={whyNothing(search)} {...{ hint, options, active }} onChoose={choose} />
      )}
    </div>
  )
}

/** Why a search has no results. */
function whyNothing({ isPending, refusal }: JobSearch): string {
  if (!isPending) return t('compare.nothingFound')
  return refusal === null ? t('common.loading') : explain(refusal)
}
