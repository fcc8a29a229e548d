import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/text.ts'
import { SEARCH_DELAY_MS, SEARCH_LENGTH_MAX } from '../../platform/limits.ts'
import { searchFor } from './list-query.ts'

/** Searches the jobs while somebody types; Enter searches at once. */
export function SearchField({ q }: { q: string }) {
  const id = useId()
  const [typed, setTyped] = useState(q)
  const sent = useRef(q)
  const search = () => {
    sent.current = typed.trim()
    searchFor(sent.current)
  }
  useEffect(() => {
    // The address also changes by itself: the filters are cleared, or somebody goes back.
    if (q !== sent.current) setTyped(q)
    sent.current = q
  }, [q])
  useEffect(() => {
    if (typed.trim() === sent.current) return
    const timer = setTimeout(search, SEARCH_DELAY_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <search class="jobs-search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          search()
        }}
      >
        <label htmlFor={id}>{t('jobs.search')}</label>
        <input
          id={id}
          class="input"
          type="search"
          value={typed}
          maxLength={SEARCH_LENGTH_MAX}
          placeholder={t('jobs.searchHint')}
          autocomplete="off"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </form>
    </search>
  )
}
