import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/text.ts'
import { path } from '../router.ts'

export type PageHeadingProps = {
  /** The page's heading, and with the name of the whole its title in the browser. */
  title: string
  /** What the browser's tab says instead: a page that is left open in the background may tell more there. */
  tabTitle?: string
  /** Beside the heading: the page's main actions. */
  children?: ComponentChildren
}

/** The first page takes no focus: the browser has put it where it belongs. */
let focusedPath: string | null = null

/** A page's heading. After a navigation it has the focus, so that screen readers begin there. */
export function PageHeading({ title, tabTitle = title, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const name = t('common.name')
  useEffect(() => {
    document.title = `${tabTitle} – ${name}`
  }, [tabTitle, name])
  useEffect(() => {
    const here = path.peek()
    if (focusedPath !== null && focusedPath !== here) heading.current?.focus({ preventScroll: true })
    focusedPath = here
  }, [])
  return (
    <div class="row between">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children && <div class="row">{children}</div>}
    </div>
  )
}
