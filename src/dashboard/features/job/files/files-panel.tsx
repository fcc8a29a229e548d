import { useState } from 'preact/hooks'
import type { JobSnapshot } from '../../../../client/index.ts'
import { isFinal, type JobStatus } from '../../../../shared/job-status.ts'
import { Button } from '../../../components/button.tsx'
import { Empty, Loaded } from '../../../components/notice.tsx'
import { toast } from '../../../components/toast.tsx'
import { FileList } from '../../../domain/files/file-list.tsx'
import { encodePath, type FileEntry, nameOf } from '../../../domain/files/file-tree.ts'
import { formatBytes } from '../../../i18n/format-bytes.ts'
import { t } from '../../../i18n/text.ts'
import { Checkpoints } from './checkpoints.tsx'
import { useJobFiles, verify } from './data.ts'

/** The files of a job, and the checkpoints among them. */
export function FilesPanel({ job, status }: { job: JobSnapshot; status: JobStatus }) {
  const [pages, setPages] = useState(1)
  const resource = useJobFiles(job, pages)
  const address = `/api/v1/admin/training/jobs/${encodeURIComponent(job.id)}`
  const onVerify = async (file: FileEntry) => {
    const answer = await verify(job.id, file)
    if (!answer.ok) return toast.refused(answer.refusal)
    const name = nameOf(file)
    if (answer.data.verified) toast.done(t('files.verified', { name }))
    else toast.failed(t('files.differs', { name }))
    await resource.refresh()
  }
  return (
    <section class="panel" aria-label={t('files.title')}>
      <h2>{t('files.title')}</h2>
      <Loaded of={resource} lines={4} bare>
        {({ files, isWhole }) =>
          files.length === 0 ? (
            <Empty title={t(isFinal(status) ? 'files.neverAny' : 'files.notYet')} bare />
          ) : (
            <div class="stack-s">
              <p class="row between">
                <span class="quiet">
                  {isWhole
                    ? t('files.total', { count: files.length, size: formatBytes(sizeOf(files)) })
                    : t('files.first', { count: files.length })}
                </span>
                <a class="button" href={`${address}/archive`} download="">
                  {t('files.downloadAll')}
                </a>
              </p>
              {job.trainer === 'runner' && <Checkpoints job={job} files={files} />}
              <FileList
                files={files}
                addressOf={({ path }) => `${address}/artifacts/${encodePath(path)}`}
                onVerify={onVerify}
              />
              {!isWhole && (
                <p>
                  <Button onClick={() => setPages(pages * 2)}>{t('files.more')}</Button>
                </p>
              )}
            </div>
          )
        }
      </Loaded>
    </section>
  )
}

const sizeOf = (files: readonly FileEntry[]): number => files.reduce((sum, { size }) => sum + size, 0)
