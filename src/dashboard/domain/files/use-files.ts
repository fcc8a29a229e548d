import { useEffect } from 'preact/hooks'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { type Answer, nextCursor, type RequestOptions } from '../../api/request.ts'
import { type Resource, type ResourceOptions, useResource } from '../../api/resource.ts'
import type { FileEntry } from './file-tree.ts'

/** The first files of a list, and whether these are all of them. */
export type FilePages = { files: FileEntry[]; isWhole: boolean }

type ReadPage = (query: { after: string; limit: string }, options: RequestOptions) => Promise<Answer<FileEntry[]>>

/** A list of files, of which so many pages are read; those that are known stay while more are. */
export function useFiles(
  key: string,
  readPage: ReadPage,
  pages: number,
  options: ResourceOptions,
): Resource<FilePages> {
  const files = useResource(key, (options) => readFiles((query) => readPage(query, options), pages), options)
  useEffect(() => {
    if (pages > 1) void files.refresh()
  }, [pages])
  return files
}

/** Reads so many pages of a list of files, or all if there are fewer. */
export async function readFiles(
  readPage: (query: { after: string; limit: string }) => Promise<Answer<FileEntry[]>>,
  pagesMax: number,
): Promise<Answer<FilePages>> {
  const files: FileEntry[] = []
  for (let page = 1, after: string | null = ''; ; page++) {
    const answer: Answer<FileEntry[]> = await readPage({ after, limit: String(PAGE_MAX) })
    if (!answer.ok) return answer
    files.push(...answer.data)
    after = nextCursor(answer.headers, 'after')
    if (after === null || page >= pagesMax) return { ...answer, data: { files, isWhole: after === null } }
  }
}
