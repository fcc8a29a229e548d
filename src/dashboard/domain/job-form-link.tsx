import type { ComponentChildren } from 'preact'
import { may } from '../api/session.ts'
import { Button, type ButtonProps } from '../components/button.tsx'

type JobFormLinkProps = {
  /** The id of the job that is duplicated; without one the form is empty. */
  from?: string
  /** The step of its checkpoint that the new job starts from; without one it starts from the beginning. */
  step?: number
  look?: NonNullable<ButtonProps['look']>
  children: ComponentChildren
}

/** Leads to the form for a new job. Who may not send it is told so here, not at its end. */
export function JobFormLink({ from, step, look, children }: JobFormLinkProps) {
  if (!may('operator')) return <Button needs="operator">{children}</Button>
  // A checkpoint is named as on the command line.
  const resume = step === undefined ? '' : `&resume_from=${from}:${step}`
  return (
    <a
      class={['button', look].filter(Boolean).join(' ')}
      href={from === undefined ? '/jobs/new' : `/jobs/new?from=${encodeURIComponent(from)}${resume}`}
    >
      {children}
    </a>
  )
}
