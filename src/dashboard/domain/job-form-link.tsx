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
  return (
    <a class={['button', look].filter(Boolean).join(' ')} href={formAddress(from, step)}>
      {children}
    </a>
  )
}

/** A checkpoint is named as on the command line: `<job>:<step>`. */
function formAddress(from: string | undefined, step: number | undefined): string {
  if (from === undefined) return '/jobs/new'
  const resume = step === undefined ? {} : { resume_from: `${from}:${step}` }
  return `/jobs/new?${new URLSearchParams({ from, ...resume })}`
}
