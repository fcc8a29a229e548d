import type { ComponentType } from 'preact'

/** What a page gets: the parameters of its path. */
export type PageProps = { params: Record<string, string> }
export type Page = ComponentType<PageProps>
