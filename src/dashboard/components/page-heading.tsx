import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/text.ts'
import { path } from '../platform/router.ts'

export type PageHeadingProps = {
  /** The page's heading, and with the name of the whole its title in the browser. */
  title: string
  /** The title of the browser's tab, where it should say more than the heading. */
  tabTitle?: string
  /** Beside the heading: the page's main actions. */
  children?: ComponentChildren
}

/** The first page takes no focus: the browser has set it. */
let focusedPath: string | null = null

/** The focused element of a page at the time its heading was removed. */
let leftFocus: Element | null = null

let currentHeading: HTMLHeadingElement | null = null

/** Moves the focus to the page's heading if its element is gone and nothing else has it. */
export function restoreFocus(gone: Element | null): void {
  const isLost = gone !== null && !gone.isConnected && document.activeElement === document.body
  if (isLost) currentHeading?.focus({ preventScroll: true })
}

/** Moves the focus to the page's heading, and to that of a page which is still being loaded. */
export function focusHeading(): void {
  focusedPath = ''
  currentHeading?.focus({ preventScroll: true })
}

/** A page's heading. It gets the focus after a navigation, so that screen readers start there. */
export function PageHeading({ title, tabTitle = title, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const actions = useRef<HTMLDivElement>(null)
  const name = t('common.name')
  useEffect(() => {
    document.title = `${tabTitle} – ${name}`
  }, [tabTitle, name])
  useLayoutEffect(() => {
    const here = path.peek()
    const own = heading.current
    currentHeading = own
    if (focusedPath !== null && focusedPath !== here) own?.focus({ preventScroll: true })
    else restoreFocus(leftFocus)
    focusedPath = here
    leftFocus = null
    return () => {
      leftFocus = focusedWithin(own?.closest('main'))
    }
  }, [])
  useRestoredFocus(actions)
  return (
    <div class="row between">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children && (
        <div ref={actions} class="row">
          {children}
        </div>
      )}
    </div>
  )
}

/** An action that disappears while focused passes the focus to the heading. */
function useRestoredFocus(actions: RefObject<HTMLElement | null>): void {
  // Rendering has not touched the document yet.
  const acting = focusedWithin(actions.current)
  useLayoutEffect(() => restoreFocus(acting))
}

const focusedWithin = (place: Element | null | undefined): Element | null =>
  place?.contains(document.activeElement) ? document.activeElement : null
