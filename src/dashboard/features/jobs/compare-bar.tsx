import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import type { EndCommand } from '../../domain/end-job.ts'
import { shortId } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { COMPARED_JOBS_MAX, COMPARED_JOBS_MIN } from '../../platform/limits.ts'
import { navigate } from '../../platform/router.ts'
import { endJobs } from './bulk.tsx'

export type CompareBarProps = {
  chosen: readonly string[]
  /** The name of a job, if it was on a visited page. */
  nameOf: (id: string) => string
  onChoose: (ids: string[]) => void
}

/** The chosen jobs, also of other pages of the list, and what can be done with them together. */
export function CompareBar({ chosen, nameOf, onChoose }: CompareBarProps) {
  const address = `/compare?${new URLSearchParams(chosen.map((id) => ['job', id]))}`
  return (
    <>
      <p class="visually-hidden" role="status">
        {chosen.length > 0 && t('jobs.chosen', { count: chosen.length })}
      </p>
      {chosen.length > 0 && (
        <Bar>
          <ul class="compare-chosen">
            {chosen.map((id) => (
              <li key={id}>
                <span>{nameOf(id)}</span>
                <Button
                  look="plain"
                  label={t('jobs.deselect', { name: nameOf(id) })}
                  onClick={() => onChoose(chosen.filter((other) => other !== id))}
                >
                  ×
                </Button>
              </li>
            ))}
          </ul>
          <div class="compare-commands">
            <span class="quiet small">{hint(chosen.length)}</span>
            <Button look="plain" onClick={() => onChoose([])}>
              {t('jobs.clear')}
            </Button>
            <EndButton command="cancel" chosen={chosen} onChoose={onChoose} />
            <EndButton command="delete" chosen={chosen} onChoose={onChoose} />
            <Button look="primary" unavailable={hint(chosen.length) || null} onClick={() => navigate(address)}>
              {t('jobs.compare')}
            </Button>
          </div>
        </Bar>
      )}
    </>
  )
}

/** The bar itself. Its height is known to the styles: the page ends, and toasts appear, above it. */
function Bar({ children }: { children: ComponentChildren }) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const { style } = document.documentElement
    const observer = new ResizeObserver(() => style.setProperty('--bar', `${ref.current?.offsetHeight ?? 0}px`))
    if (ref.current) observer.observe(ref.current)
    return () => {
      observer.disconnect()
      style.removeProperty('--bar')
    }
  }, [])
  return (
    <section ref={ref} class="compare-bar" aria-label={t('jobs.chosenTitle')}>
      {children}
    </section>
  )
}

type EndButtonProps = Pick<CompareBarProps, 'chosen' | 'onChoose'> & { command: EndCommand }

/** Cancels or deletes the chosen jobs, after one confirmation. Those that are left as they are stay chosen. */
function EndButton({ command, chosen, onChoose }: EndButtonProps) {
  const count = chosen.length
  return (
    <Button
      needs={command === 'cancel' ? 'operator' : 'admin'}
      onClick={async () => onChoose(await endJobs(chosen, command))}
    >
      {t(command === 'cancel' ? 'jobs.bulkCancel' : 'jobs.bulkDelete', { count })}
    </Button>
  )
}

function hint(count: number): string {
  if (count < COMPARED_JOBS_MIN) return t('jobs.compareMore')
  return count > COMPARED_JOBS_MAX ? t('jobs.compareFull', { max: COMPARED_JOBS_MAX }) : ''
}

/** Names of the jobs on the page, and of chosen ones from visited pages; otherwise the beginning of the id. */
export function useJobNames(jobs: readonly JobSnapshot[], chosen: readonly string[]): (id: string) => string {
  const names = useRef<ReadonlyMap<string, string>>(new Map())
  const chosenNames = [...names.current].filter(([id]) => chosen.includes(id))
  names.current = new Map([...chosenNames, ...jobs.map(({ id, name }) => [id, name] as const)])
  return (id) => names.current.get(id) ?? shortId(id)
}
