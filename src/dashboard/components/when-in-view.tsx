import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IN_VIEW_MARGIN_PX } from '../platform/limits.ts'

type WhenInViewProps = {
  /** The height that its place keeps while nothing is mounted, so that the page does not jump. */
  height: number
  /** Whether what has been seen stays mounted; otherwise it goes when it is out of view. */
  stays?: boolean
  children: () => ComponentChildren
}

/** Mounts what is in view, or nearly: a page of many charts costs as much as those that somebody sees. */
export function WhenInView({ height, stays = false, children }: WhenInViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const [isInView, setInView] = useState(false)
  const [keptHeight, keep] = useState(height)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        const isNear = entries.some(({ isIntersecting }) => isIntersecting)
        if (!isNear && element.childElementCount > 0) keep(element.offsetHeight)
        setInView((was) => isNear || (stays && was))
      },
      { rootMargin: `${IN_VIEW_MARGIN_PX}px` },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [stays])
  return (
    <div ref={place} style={isInView ? undefined : { minHeight: `${keptHeight}px` }}>
      {isInView && children()}
    </div>
  )
}
