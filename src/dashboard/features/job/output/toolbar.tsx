import type { Signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { Button } from '../../../components/button.tsx'
import { CheckField } from '../../../components/field.tsx'
import { formatPercent } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import type { Search } from './use-search.ts'

type ToolbarProps = {
  search: Search
  follows: Signal<boolean>
  wraps: boolean
  onWrap: (wraps: boolean) => void
  /** Shows the lines of the time of a step. @returns what was found, in words */
  onStep: (step: number) => Promise<string>
  onDownload: () => Promise<void>
}

/** Searching the output, finding a step in it, and how it is shown. */
export function Toolbar({ search, follows, wraps, onWrap, onStep, onDownload }: ToolbarProps) {
  return (
    <div class="output-toolbar">
      <SearchField search={search} />
      <StepField onStep={onStep} />
      <div class="row">
        <CheckField label={t('output.follow')} checked={follows.value} onChange={(is) => (follows.value = is)} />
        <CheckField label={t('output.wrap')} checked={wraps} onChange={onWrap} />
        <Button onClick={onDownload}>{t('output.download')}</Button>
      </div>
    </div>
  )
}

function SearchField({ search: { word, setWord, found, at, progress, step } }: { search: Search }) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    step(event.shiftKey ? -1 : 1)
  }
  return (
    <search class="output-search">
      <input
        type="search"
        class="input"
        aria-label={t('output.search')}
        placeholder={t('output.search')}
        value={word}
        onInput={(event) => setWord(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Button
        label={t('output.previous')}
        unavailable={found.length === 0 ? t('output.none') : null}
        onClick={() => step(-1)}
      >
        <Arrow up />
      </Button>
      <Button
        label={t('output.next')}
        unavailable={found.length === 0 ? t('output.none') : null}
        onClick={() => step(1)}
      >
        <Arrow />
      </Button>
      <p class="quiet small" role="status">
        {word !== '' && countText(found, at)}
        {word !== '' && progress !== null && ` · ${t('output.reading', { share: formatPercent(progress * 100) })}`}
      </p>
    </search>
  )
}

function countText(found: readonly number[], at: number | null): string {
  if (found.length === 0) return t('output.none')
  const place = at === null ? -1 : found.indexOf(at)
  return place < 0
    ? t('output.found', { count: found.length })
    : t('output.foundAt', { place: place + 1, count: found.length })
}

function StepField({ onStep }: Pick<ToolbarProps, 'onStep'>) {
  const [text, setText] = useState('')
  const [result, setResult] = useState('')
  const submit = async (event: Event) => {
    event.preventDefault()
    const step = Number(text)
    setResult(text.trim() === '' || !Number.isSafeInteger(step) ? t('output.noNumber') : await onStep(step))
  }
  return (
    <form class="output-step" onSubmit={submit} noValidate>
      <input
        type="text"
        inputMode="numeric"
        class="input"
        aria-label={t('output.step')}
        placeholder={t('output.step')}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">{t('output.toStep')}</Button>
      <p class="quiet small" role="status">
        {result}
      </p>
    </form>
  )
}

function Arrow({ up = false }: { up?: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={up ? 'M3 10.5l5-5 5 5' : 'M3 5.5l5 5 5-5'} fill="none" stroke="currentColor" stroke-width="1.6" />
    </svg>
  )
}
