import { api } from '../../../api/client.ts'
import { type Answer, request } from '../../../api/request.ts'
import type { Resource } from '../../../api/resource.ts'
import { encodePath, type FileEntry } from '../../../domain/files/file-tree.ts'
import { type FilePages, useFiles } from '../../../domain/files/use-files.ts'
import { REVALIDATE_DEFAULT_MS } from '../../../platform/limits.ts'

const routes = api.jobs[':id']
const paramOf = (id: string) => ({ id: encodeURIComponent(id) })

/** How often they are read again: of a job that has ended, files and checkpoints change only with a command. */
export const everyMsOf = (isOver: boolean): number => (isOver ? Infinity : REVALIDATE_DEFAULT_MS)

/** The files of a job, so many pages of them. */
export const useJobFiles = (id: string, pages: number, isOver: boolean): Resource<FilePages> =>
  useFiles(
    `jobs/${id}/files`,
    (query, options) => request(() => routes.artifacts.$get({ param: paramOf(id), query }), options),
    pages,
    { everyMs: everyMsOf(isOver) },
  )

/** Has the service read a file, to see whether it has its digest. */
export const verify = (id: string, { path }: FileEntry): Promise<Answer<{ verified: boolean }>> =>
  request(() =>
    routes.artifacts[':path{[^]+}'].$post({
      param: { ...paramOf(id), path: encodePath(path) },
      query: { verify: 'true' },
    }),
  )
