import { signal } from '@preact/signals'
import { may, session } from '../api/session.ts'
import { isShortcut } from '../components/keys.ts'
import type { TextKey } from '../i18n/text.ts'
import { SEARCH_WAIT_MS, SHORTCUT_PAUSE_MS } from '../platform/limits.ts'
import { navigate } from '../platform/router.ts'
import { recall, remember } from '../platform/stored.ts'

/** The places that `g` and a letter lead to. */
export const places: readonly (readonly [key: string, path: string, text: TextKey])[] = [
  ['o', '/', 'common.overview'],
  ['j', '/jobs', 'common.jobs'],
  ['c', '/compare', 'common.compare'],
  ['m', '/models', 'common.models'],
  ['d', '/dataset', 'common.dataset'],
  ['r', '/runners', 'common.runners'],
  ['t', '/ocr', 'common.ocr'],
]

/** Whether the list of shortcuts is open. */
export const isShortcutListOpen = signal(false)

/**
 * Whether single keys are shortcuts. They can be turned off, for people whose speech input or whose hands press keys that
 * they did not mean (WCAG 2.1.4).
 */
export const areShortcutsOn = signal(recall('shortcuts') !== 'off')

/** Turns shortcuts on or off, for the next visit as well. */
export function turnShortcuts(on: boolean): void {
  areShortcutsOn.value = on
  remember('shortcuts', on ? null : 'off')
}

/** When `g` was pressed, the milliseconds of the event; a letter soon after it names a place. */
let goPressedMs = Number.NEGATIVE_INFINITY

/** Listens for shortcuts. Called once. */
export function startShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.repeat || isShortcut(event) || !areShortcutsOn.value) return
    if (session.value.phase !== 'signed-in' || isTakenElsewhere(event.target)) return
    if (act(event.key, event.timeStamp)) event.preventDefault()
  })
}

/** Keys belong to what is being typed in, and to an open dialog. */
const isTakenElsewhere = (target: EventTarget | null): boolean =>
  document.querySelector('dialog[open]') !== null ||
  (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select')))

/** @returns whether the key was a shortcut */
function act(key: string, nowMs: number): boolean {
  const place = nowMs - goPressedMs <= SHORTCUT_PAUSE_MS ? places.find(([letter]) => letter === key) : undefined
  goPressedMs = key === 'g' && place === undefined ? nowMs : Number.NEGATIVE_INFINITY
  if (place !== undefined) {
    navigate(place[1])
    return true
  }
  switch (key) {
    case '?':
      isShortcutListOpen.value = true
      return true
    case '/':
      search()
      return true
    case 'n':
      if (may('operator')) navigate('/jobs/new')
      return true
    default:
      return false
  }
}

const searchField = () => document.querySelector<HTMLElement>('main input[type="search"]')

/** Focuses the search of the page, or else that of the list of jobs, once it is there. */
function search(): void {
  if (searchField() === null) navigate('/jobs')
  const giveUpMs = performance.now() + SEARCH_WAIT_MS
  const focus = () => {
    const field = searchField()
    if (field !== null) field.focus()
    else if (performance.now() < giveUpMs) requestAnimationFrame(focus)
  }
  focus()
}
