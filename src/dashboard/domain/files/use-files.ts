import { useEffect } from 'preact/hooks'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { type Answer, type RequestOptions, readPages } from '../../api/request.ts'
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
  const limit = String(PAGE_MAX)
  const answer = await readPages((after) => readPage({ after: after ?? '', limit }), pagesMax, 'after')
  if (!answer.ok) return answer
  const { items, isWhole } = answer.data
  return { ...answer, data: { files: items, isWhole } }
}
