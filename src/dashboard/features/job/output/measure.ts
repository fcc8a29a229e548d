import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The size of a character of the list's font and of its box, in pixels; zeros before it is shown. */
export type Sizes = { character: number; row: number; width: number; height: number }

/** Characters of the text that is measured: one alone would be rounded. */
const sample = 'M'.repeat(20)

/** Measures a list in which an invisible text of the same font stands. */
export function useSizes() {
  const box = useRef<HTMLDivElement>(null)
  const [sizes, setSizes] = useState<Sizes>({ character: 0, row: 0, width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = box.current
    const text = element?.querySelector('.output-sample')
    if (!element || !text) return
    const measure = () => {
      const { width, height } = text.getBoundingClientRect()
      setSizes({
        character: width / sample.length,
        row: height,
        width: element.clientWidth,
        height: element.clientHeight,
      })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(text)
    return () => observer.disconnect()
  }, [])
  return { box, sizes, sample }
}
