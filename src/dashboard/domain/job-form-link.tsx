import type { ComponentChildren } from 'preact'
import { may } from '../api/session.ts'
import { Button, type ButtonProps } from '../components/button.tsx'

type JobFormLinkProps = {
  /** The id of the job that is duplicated; without one the form is empty. */
  from?: string
  look?: NonNullable<ButtonProps['look']>
  children: ComponentChildren
}

/** Leads to the form for a new job. Who may not send it is told so here, not at its end. */
export function JobFormLink({ from, look, children }: JobFormLinkProps) {
  if (!may('operator')) return <Button needs="operator">{children}</Button>
  return (
    <a
      class={['button', look].filter(Boolean).join(' ')}
      href={from === undefined ? '/jobs/new' : `/jobs/new?from=${encodeURIComponent(from)}`}
    >
      {children}
    </a>
  )
}
