import './version-details.css'
import { useState } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { CopyId } from '../../components/copy.tsx'
import { Loaded } from '../../components/notice.tsx'
import { FileList } from '../../domain/files/file-list.tsx'
import { encodePath } from '../../domain/files/file-tree.ts'
import { t } from '../../i18n/text.ts'
import { NamedScores } from './named-scores.tsx'
import { useVersion, useVersionFiles } from './resources.ts'
import { TrainedOn } from './trained-on.tsx'

export type DetailsProps = {
  version: ModelVersion
  /** The active version of its type, whose scores stand beside its own; `null`: none is. */
  active: ModelVersion | null
}

/** What else there is to know of a version: its scores by name, what it was trained on, and its files. */
export function VersionDetails({ version, active }: DetailsProps) {
  // The active version stands under the name of its type, the others under a heading of their own.
  const Heading = version.is_active ? 'h3' : 'h4'
  return (
    <div class="version-details">
      <section>
        <Heading>{t('version.dataset')}</Heading>
        <TrainedOn version={version} />
      </section>
      <section>
        <Heading>{t('version.scores')}</Heading>
        <NamedScores version={version} active={active} />
      </section>
      <section class="version-files">
        <Heading>{t('files.title')}</Heading>
        {version.files === 0 ? <p class="quiet">{t('version.noFiles')}</p> : <Files version={version} />}
      </section>
    </div>
  )
}

function Files({ version }: { version: ModelVersion }) {
  const [pages, setPages] = useState(1)
  const resource = useVersionFiles(version.id, pages)
  const address = `/api/v1/admin/training/models/${encodeURIComponent(version.id)}`
  return (
    <div class="stack-s">
      <div class="row between">
        <dl class="pairs">
          {version.manifest_sha256 !== null && (
            <>
              <dt>{t('version.digest')}</dt>
              <dd>
                <CopyId
                  id={version.manifest_sha256}
                  name={t('version.digest')}
                  shown={version.manifest_sha256.slice(0, 16)}
                />
              </dd>
            </>
          )}
          {version.same_files_as !== null && <SameFiles id={version.same_files_as} />}
        </dl>
        <a class="button" href={`${address}/archive`} download="">
          {t('files.downloadAll')}
        </a>
      </div>
      <Loaded of={resource} lines={3} bare>
        {({ files, isWhole }) => (
          <>
            <FileList files={files} addressOf={({ path }) => `${address}/files/${encodePath(path)}`} />
            {!isWhole && <Button onClick={() => setPages(pages * 2)}>{t('files.more')}</Button>}
          </>
        )}
      </Loaded>
    </div>
  )
}

/** The oldest version with exactly these files. */
function SameFiles({ id }: { id: string }) {
  const { data } = useVersion(id)
  if (data === null || data.version === null) return null
  const { version, model_type } = data.version
  return (
    <>
      <dt>{t('version.sameFilesAs')}</dt>
      <dd>
        <a href={`/models?type=${encodeURIComponent(model_type)}&version=${encodeURIComponent(id)}`}>{version}</a>
      </dd>
    </>
  )
}
