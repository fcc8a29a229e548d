import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { CHART_ADDRESS_MS } from '../platform/limits.ts'
import { path, query, setQuery } from '../platform/router.ts'
import { smoothingIn } from './smoothing.ts'
import { viewIn, viewQuery } from './view.ts'

// How charts are shown is kept in the address, so that a link shows the same. The charts of a page share one view.

/** Whether the y axes are logarithmic. */
export const isLog = computed(() => query.value.get('scale') === 'log')
export const chooseScale = (scale: 'linear' | 'log') => setQuery({ scale: scale === 'log' ? scale : null })

/** How much curves are smoothed: the weight of what came before, 0 for not at all. */
export const [smoothing, chooseSmoothing] = addressed(
  (params) => smoothingIn(params.get('smooth')),
  (weight) => ({ smooth: weight === 0 ? null : String(weight) }),
)

/** The part of the x axis in view; `null`: all of it. */
export const [view, chooseView] = addressed(viewIn, viewQuery)

/** The view as the address names it: the same before and after the address has followed. */
export const viewName = computed(() => JSON.stringify(viewQuery(view.value)))

/**
 * A value of the address that changes more often than the address may: browsers limit how often it is replaced. It
 * changes at once, the address after CHART_ADDRESS_MS, unless the page has been left.
 */
function addressed<T>(
  read: (params: URLSearchParams) => T,
  write: (value: T) => Record<string, string | null>,
): [ReadonlySignal<T>, (value: T) => void] {
  const chosen = signal<{ value: T; path: string } | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  const isHere = () => chosen.value !== null && chosen.value.path === path.value
  const value = computed(() => (chosen.value !== null && isHere() ? chosen.value.value : read(query.value)))
  const choose = (next: T) => {
    chosen.value = { value: next, path: path.peek() }
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isHere()) setQuery(write(next))
      chosen.value = null
    }, CHART_ADDRESS_MS)
  }
  return [value, choose]
}
