import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal } from '../../../../shared/job-status.ts'
import { api } from '../../../api/client.ts'
import { type Answer, request } from '../../../api/request.ts'
import type { Resource } from '../../../api/resource.ts'
import { type Checkpoint, useCheckpoints } from '../../../domain/checkpoints.ts'
import { encodePath, type FileEntry } from '../../../domain/files/file-tree.ts'
import { type FilePages, useFiles } from '../../../domain/files/use-files.ts'
import { useReadAgain } from '../../../domain/use-read-again.ts'
import { REVALIDATE_DEFAULT_MS } from '../../../platform/limits.ts'

const routes = api.jobs[':id']
const paramOf = (id: string) => ({ id: encodeURIComponent(id) })

/** How often they are read again: after the end of a job that a runner has trained, files and checkpoints change only with a command. */
const everyMsOf = ({ status, trainer }: JobSnapshot): number =>
  isFinal(status) && trainer === 'runner' ? Infinity : REVALIDATE_DEFAULT_MS

/** The files of a job, so many pages of them. */
export function useJobFiles(job: JobSnapshot, pages: number): Resource<FilePages> {
  const files = useFiles(
    `jobs/${job.id}/files`,
    (query, options) => request(() => routes.artifacts.$get({ param: paramOf(job.id), query }), options),
    pages,
    { everyMs: everyMsOf(job) },
  )
  useReadAgain(files, job.revision)
  return files
}

/** The checkpoints of a job that are kept, oldest first. */
export function useJobCheckpoints(job: JobSnapshot): Resource<Checkpoint[]> {
  const checkpoints = useCheckpoints(job.id, everyMsOf(job))
  useReadAgain(checkpoints, job.revision)
  return checkpoints
}

/** Has the service read a file, to see whether it has its digest. */
export const verify = (id: string, { path }: FileEntry): Promise<Answer<{ verified: boolean }>> =>
  request(() =>
    routes.artifacts[':path{[^]+}'].$post({
      param: { ...paramOf(id), path: encodePath(path) },
      query: { verify: 'true' },
    }),
  )
