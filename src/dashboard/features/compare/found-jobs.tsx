import { useEffect, useRef } from 'preact/hooks'
import { StateBadge } from '../../domain/state-badge.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import type { FoundJob } from './job-search.ts'

type FoundJobsProps = {
  id: string
  /** What is searched; the field is described by it. */
  hint: string
  /** The reason for an empty list. */
  nothing: string
  options: readonly FoundJob[]
  /** The option chosen by arrow keys; -1: none. */
  active: number
  onChoose: (option: FoundJob) => void
}

/** The results of a search, under its field. */
export function FoundJobs({ id, hint, nothing, options, active, onChoose }: FoundJobsProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }), [active])
  return (
    <div class="found">
      {options.length === 0 && (
        <p class="quiet" role="status">
          {nothing}
        </p>
      )}
      <div ref={list} id={id} role="listbox" aria-label={t('compare.found')}>
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which keeps the focus
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(option)}
          >
            <JobOption job={option} />
          </div>
        ))}
      </div>
      <p class="quiet small" aria-hidden="true">
        {hint}
      </p>
    </div>
  )
}

/** A job in a list: its name, model type, creation time and state. */
export function JobOption({ job: { name, model_type, created_at, status } }: { job: FoundJob }) {
  return (
    <>
      <span class="option-name">
        {name}
        <span class="quiet small">
          {t(`common.${model_type}`)}, {formatDateTime(created_at)}
        </span>
      </span>
      <StateBadge status={status} />
    </>
  )
}
