import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { restoreFocus } from './page-heading.tsx'

export type DialogProps = {
  open: boolean
  title: string
  /** Called on Escape, and whenever the browser closes the dialog. */
  onClose: () => void
  /** Gives the focus somewhere else than back to where it was. */
  focusAfter?: (() => void) | undefined
  children: ComponentChildren
}

/**
 * A modal dialog. The browser traps the focus and returns it; when its target is gone, the page's heading gets it. The
 * content exists only while the dialog is open.
 */
export function Dialog({ open, title, onClose, focusAfter, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const opener = useRef<Element | null>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && !dialog?.open) {
      opener.current = document.activeElement
      dialog?.showModal()
    }
    if (!open && dialog?.open) dialog.close()
  }, [open])
  const handleClose = () => {
    if (focusAfter) focusAfter()
    else restoreFocus(opener.current)
    if (open) onClose()
  }
  return (
    <dialog ref={ref} class="dialog" aria-labelledby={titleId} onClose={handleClose}>
      {open && (
        <div class="stack-s">
          <h2 id={titleId}>{title}</h2>
          {children}
        </div>
      )}
    </dialog>
  )
}
