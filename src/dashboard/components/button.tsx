import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Role } from '../../shared/role.ts'
import { explain } from '../api/problem.ts'
import { may, session } from '../api/session.ts'
import { t } from '../i18n/text.ts'
import { openQuestion } from './question.ts'

export type ButtonProps = {
  children: ComponentChildren
  /** While its promise is pending, the button says so and takes no second click. */
  onClick?: () => unknown
  type?: 'button' | 'submit'
  look?: 'plain' | 'primary' | 'danger' | 'danger primary' | 'danger plain'
  /** Work is in progress that the button does not know of, such as a form being sent. */
  pending?: boolean
  /** Why it cannot be used now: it is shown disabled, stays focusable, and gives the reason. */
  unavailable?: string | null
  /** The role it requires; without it, the button is disabled and gives the reason. */
  needs?: Role
  label?: string
  /** Set on buttons that open and close something: whether that is open. */
  expanded?: boolean
  /** The button turns into another: the second click of a double click is not meant for that one. */
  turns?: boolean
  class?: string
}

/** A button. */
export function Button({
  children,
  onClick,
  type = 'button',
  look,
  pending = false,
  needs,
  label,
  turns = false,
  ...rest
}: ButtonProps) {
  const [running, setRunning] = useState(false)
  const reasonId = useId()
  const reason = (needs === undefined ? null : whyWithheld(needs)) ?? rest.unavailable
  // Waiting for the answer to a question is not being busy.
  const busy = pending || (running && openQuestion.value === null)
  const click = async (event: MouseEvent) => {
    if (reason || pending || running || (turns && event.detail > 1)) return event.preventDefault()
    setRunning(true)
    try {
      await onClick?.()
    } finally {
      setRunning(false)
    }
  }
  return (
    <>
      <button
        type={type}
        class={['button', look, rest.class].filter(Boolean).join(' ')}
        aria-disabled={Boolean(reason) || busy}
        aria-busy={busy}
        aria-expanded={rest.expanded}
        aria-label={label}
        aria-describedby={reason ? reasonId : undefined}
        title={reason ?? label}
        onClick={click}
      >
        {busy && <span class="spinner" aria-hidden="true" />}
        {children}
      </button>
      {reason && (
        <span id={reasonId} class="visually-hidden">
          {reason}
        </span>
      )}
    </>
  )
}

/** Why a role is missing; `null`: it is there. */
function whyWithheld(needs: Role): string | null {
  if (may(needs)) return null
  const state = session.value
  switch (state.phase) {
    case 'signed-in':
      return t('common.needsRole', { role: t(`session.${needs}`) })
    case 'unclear':
      return explain(state.problem)
    case 'unknown':
      return t('common.needsCheck')
    case 'signed-out':
    case 'not-configured':
      return t('common.needsSignIn')
  }
}

/** The reason of a disabled button as text beside it. Nothing while the session is being read, which takes a moment. */
export function WhyWithheld({ needs }: { needs: Role }) {
  const reason = session.value.phase === 'unknown' ? null : whyWithheld(needs)
  if (reason === null) return null
  return (
    <p class="quiet small" aria-hidden="true">
      {reason}
    </p>
  )
}
