import { effect, signal } from '@preact/signals'
import { explain, isOffline, type Problem } from '../api/problem.ts'
import { reachable } from '../api/reachability.ts'
import { t } from '../i18n/text.ts'
import { TOAST_MS, TOASTS_MAX } from '../platform/limits.ts'

type Toast = { id: number; text: string; tone: 'done' | 'refused'; untilReachable?: boolean }

const toasts = signal<Toast[]>([])
const announced = signal('')
let nextId = 1

const drop = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

function show(text: string, tone: Toast['tone'], untilReachable = false): void {
  const id = nextId++
  const others = toasts.value.filter((toast) => toast.text !== text)
  toasts.value = [...others, { id, text, tone, untilReachable }].slice(-TOASTS_MAX)
  if (tone === 'done') setTimeout(() => drop(id), TOAST_MS)
}

/** Short messages about the outcome of an action. Screen readers announce them. */
export const toast = {
  done: (text: string) => show(text, 'done'),
  refused: (refusal: Problem) => show(explain(refusal), 'refused', isOffline(refusal)),
  /** An action that was not carried out, in the page's own words. */
  failed: (text: string) => show(text, 'refused'),
}

// That the server cannot be reached is no news once it can be.
effect(() => {
  if (reachable.value) toasts.value = toasts.peek().filter(({ untilReachable }) => !untilReachable)
})

/** Announces a change to screen readers, politely. */
export function announce(text: string): void {
  announced.value = text
}

/** The place of toasts and announcements; rendered once. */
export function Toasts() {
  return (
    <>
      <div class="visually-hidden" role="status">
        {announced.value}
      </div>
      <div class="toasts" role="log" aria-live="polite">
        {toasts.value.map(({ id, text, tone }) => (
          <div key={id} class="toast" data-tone={tone}>
            <span>{text}</span>
            <button type="button" class="button plain" aria-label={t('common.dismiss')} onClick={() => drop(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    </>
  )
}
