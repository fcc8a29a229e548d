import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { may, type Role } from '../api/session.ts'
import { t } from '../i18n/text.ts'

export type ButtonProps = {
  children: ComponentChildren
  /** While its promise is pending, the button says so and takes no second click. */
  onClick?: () => unknown
  type?: 'button' | 'submit'
  look?: 'plain' | 'primary' | 'danger' | 'danger primary' | 'danger plain'
  /** Something is under way that the button does not know of, such as a form being sent. */
  pending?: boolean
  /** Why it cannot be used now: it is shown disabled, can still be reached, and says so. */
  unavailable?: string | null
  /** The role it takes; who has a lesser one sees it disabled, with the reason. */
  needs?: Role
  label?: string
  /** Given when it opens and closes something: whether that is open. */
  expanded?: boolean
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
  ...rest
}: ButtonProps) {
  const [running, setRunning] = useState(false)
  const reasonId = useId()
  const reason =
    needs !== undefined && !may(needs) ? t('common.needsRole', { role: t(`session.${needs}`) }) : rest.unavailable
  const busy = pending || running
  const click = async (event: Event) => {
    if (reason || busy) return event.preventDefault()
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
