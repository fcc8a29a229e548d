import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { announce } from '../../../components/toast.tsx'

let next = false

/** Lets the next step take the focus, after an action of the user. */
export function focusNextStep(): void {
  next = true
}

/** One step of the upload. It takes the focus if the previous step had it; otherwise it is only announced. */
export function Step({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId()
  const section = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    const element = section.current
    if (next) {
      heading.current?.focus({ preventScroll: true })
      heading.current?.scrollIntoView({ block: 'nearest' })
    } else announce(title)
    next = false
    return () => {
      if (element?.contains(document.activeElement)) focusNextStep()
    }
  }, [])
  return (
    <section ref={section} class="panel stack-s upload" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  )
}
