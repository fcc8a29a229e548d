import { PAGE_MAX } from '../../../platform/limits.ts'
import { type Answer, nextCursor } from '../../api/request.ts'
import type { FileEntry } from './file-tree.ts'

/** The first files of a list, and whether these are all of them. */
export type FilePages = { files: FileEntry[]; isWhole: boolean }

type ReadPage = (query: { after: string; limit: string }) => Promise<Answer<FileEntry[]>>

/** Reads so many pages of a list of files, or all if there are fewer. */
export async function readFiles(readPage: ReadPage, pagesMax: number): Promise<Answer<FilePages>> {
  const files: FileEntry[] = []
  for (let page = 1, after: string | null = ''; ; page++) {
    const answer: Answer<FileEntry[]> = await readPage({ after, limit: String(PAGE_MAX) })
    if (!answer.ok) return answer
    files.push(...answer.data)
    after = nextCursor(answer.headers, 'after')
    if (after === null || page >= pagesMax) return { ...answer, data: { files, isWhole: after === null } }
  }
}
