import { computed, signal } from '@preact/signals'
import type { ComponentType } from 'preact'

/** The props of a page: the parameters of its path. */
export type PageProps = { params: Record<string, string> }
export type Page = ComponentType<PageProps>

const readLocation = () => ({ path: location.pathname.replace(/(.)\/+$/, '$1'), search: location.search })
const current = signal(readLocation())

/** The path of the address, without a trailing slash. */
export const path = computed(() => current.value.path)

/** The parameters of the address; a name may occur several times. */
export const query = computed(() => new URLSearchParams(current.value.search))

/** Navigates to an address of the dashboard. `replace`: without a new entry in the browser's history. */
export function navigate(address: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  const before = path.value
  current.value = readLocation()
  if (!replace && path.value !== before) scrollTo(0, 0)
}

/** Sets parameters of the address, or removes those that are `null`, without leaving the page. */
export function setQuery(changes: Record<string, string | string[] | null>, { replace = true } = {}): void {
  const next = new URLSearchParams(query.value)
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name)
    for (const each of value === null ? [] : [value].flat()) next.append(name, each)
  }
  navigate(next.size > 0 ? `${path.value}?${next}` : path.value, { replace })
}

/** The parameters of a path that matches a pattern such as `/jobs/:id`; `null` if it does not match. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const patternParts = pattern.split('/')
  const pathParts = path.split('/')
  if (patternParts.length !== pathParts.length) return null
  const params: Record<string, string> = {}
  for (const [at, part] of patternParts.entries()) {
    const text = pathParts[at] ?? ''
    if (part.startsWith(':') && text !== '') params[part.slice(1)] = decode(text)
    else if (part !== text) return null
  }
  return params
}

/** A broken escape is kept as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Follows the browser's history, and handles links to pages of the dashboard. Called once. */
export function startRouter(isPage: (path: string) => boolean): void {
  addEventListener('popstate', () => {
    current.value = readLocation()
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof globalThis.Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return
    if (!isPage(link.pathname) || (link.hash !== '' && link.pathname === location.pathname)) return
    event.preventDefault()
    navigate(link.pathname + link.search + link.hash)
  })
}
