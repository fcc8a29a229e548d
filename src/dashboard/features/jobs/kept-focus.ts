import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

const rowOf = (element: Element): HTMLTableRowElement | null => element.closest('tr')

/**
 * Keeps the focus in a table whose rows move and disappear: on its control, or else on the link of the row that took
 * the place.
 */
export function useKeptFocus(table: RefObject<HTMLTableElement | null>): void {
  // Rendering has not touched the document yet.
  const active = document.activeElement
  const focused = active instanceof HTMLElement && table.current?.contains(active) ? active : null
  const at = focused === null ? -1 : (rowOf(focused)?.sectionRowIndex ?? -1)
  useLayoutEffect(() => {
    if (focused === null || document.activeElement === focused) return
    if (focused.isConnected) return focused.focus({ preventScroll: true })
    const rows = [...(table.current?.tBodies[0]?.rows ?? [])]
    const next = rows[Math.min(at, rows.length - 1)] ?? table.current
    next?.querySelector<HTMLElement>('th a')?.focus({ preventScroll: true })
  })
}
