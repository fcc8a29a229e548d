import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { COMPARED_CURVES_MS } from '../../platform/limits.ts'

/** Increases when any of the curves has changed, at most every COMPARED_CURVES_MS: so that all are drawn together. */
export function useThrottledVersion(curves: readonly { version: ReadonlySignal<unknown> }[]): ReadonlySignal<number> {
  const throttled = useSignal(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = effect(() => {
      for (const { version } of curves) version.value
      timer ??= setTimeout(() => {
        timer = undefined
        throttled.value++
      }, COMPARED_CURVES_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [curves])
  return throttled
}
