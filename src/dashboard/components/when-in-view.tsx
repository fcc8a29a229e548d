import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IN_VIEW_MARGIN_PX } from '../platform/limits.ts'

type WhenInViewProps = {
  /** The height that its place keeps while nothing is mounted, so that the page does not jump. */
  height: number
  /** Whether what has been seen stays mounted; otherwise it goes when it is out of view. */
  stays?: boolean
  /** What stands in its place until then, such as a heading by which it is found. */
  placeholder?: ComponentChildren
  children: () => ComponentChildren
}

/** Mounts what is in view, or nearly: a page of many charts costs as much as those that somebody sees. */
export function WhenInView({ height, stays = false, placeholder, children }: WhenInViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const [isInView, setInView] = useState(false)
  const [keptHeight, keep] = useState(height)
  const wasInView = useRef(false)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        const isNear = entries.some(({ isIntersecting }) => isIntersecting)
        if (!isNear && wasInView.current) keep(element.offsetHeight)
        wasInView.current = isNear
        setInView((was) => isNear || (stays && was))
      },
      { rootMargin: `${IN_VIEW_MARGIN_PX}px` },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [stays])
  return (
    <div ref={place} style={isInView ? undefined : { minHeight: `${keptHeight}px` }}>
      {isInView ? children() : placeholder}
    </div>
  )
}
