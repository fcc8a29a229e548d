import { signal } from '@preact/signals'
import { recall, remember } from './stored.ts'

export type Theme = 'auto' | 'light' | 'dark'

const storedTheme = recall('theme')

/** The chosen theme; theme.js has applied it before the first paint. */
export const theme = signal<Theme>(storedTheme === 'light' || storedTheme === 'dark' ? storedTheme : 'auto')

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Changes the theme, for the next visit as well. */
export function chooseTheme(next: Theme): void {
  theme.value = next
  remember('theme', next === 'auto' ? null : next)
  if (next === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
}

/** Calls back on each change of the colours. @returns a function that stops it */
export function themeChanges(onChange: () => void): () => void {
  dark.addEventListener('change', onChange)
  const stop = theme.subscribe(onChange)
  return () => {
    dark.removeEventListener('change', onChange)
    stop()
  }
}
