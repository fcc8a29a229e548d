import { useEffect } from 'preact/hooks'
import { api } from '../../../api/client.ts'
import { type Answer, request } from '../../../api/request.ts'
import { type Loader, type Resource, useResource } from '../../../api/resource.ts'
import { encodePath, type FileEntry } from '../../../domain/files/file-tree.ts'
import { type FilePages, readFiles } from '../../../domain/files/read-files.ts'
import { REVALIDATE_DEFAULT_MS } from '../../../platform/limits.ts'

const routes = api.jobs[':id']
const paramOf = (id: string) => ({ id: encodeURIComponent(id) })

/** Of a job that has ended, the files change only with a command. */
const howOften = (isOver: boolean) => ({ everyMs: isOver ? Infinity : REVALIDATE_DEFAULT_MS })

/** The files of a job, so many pages of them. */
export function useFiles(id: string, pages: number, isOver: boolean): Resource<FilePages> {
  const read: Loader<FilePages> = (options) =>
    readFiles((query) => request(() => routes.artifacts.$get({ param: paramOf(id), query }), options), pages)
  const files = useResource(`jobs/${id}/files`, read, howOften(isOver))
  useEffect(() => {
    if (pages > 1) void files.refresh()
  }, [pages])
  return files
}

/** A checkpoint that is kept: its step, and the path of its folder or only file. */
export type Checkpoint = { step: number; checkpoint: string }

/** The checkpoints of a job that are kept, oldest first. */
export const useCheckpoints = (id: string, isOver: boolean): Resource<Checkpoint[]> =>
  useResource(
    `jobs/${id}/checkpoints`,
    (options) => request(() => routes.checkpoints.$get({ param: paramOf(id) }), options),
    howOften(isOver),
  )

/** Has the service read a file, to see whether it has its digest. */
export const verify = (id: string, { path }: FileEntry): Promise<Answer<{ verified: boolean }>> =>
  request(() =>
    routes.artifacts[':path{[^]+}'].$post({
      param: { ...paramOf(id), path: encodePath(path) },
      query: { verify: 'true' },
    }),
  )
