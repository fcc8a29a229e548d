import './files.css'
import './texts.ts'
import type { ComponentChildren } from 'preact'
import { useId, useMemo, useState } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { CopyId } from '../../components/copy.tsx'
import { shortId } from '../../i18n/format.ts'
import { formatBytes } from '../../i18n/format-bytes.ts'
import { t } from '../../i18n/text.ts'
import { FILES_OPENED_MAX, FILES_SHOWN_MAX } from '../../platform/limits.ts'
import { type FileEntry, type Folder, nameOf, treeOf } from './file-tree.ts'
import { Preview } from './preview.tsx'
import { kindOf } from './preview-kind.ts'

/** What the list does with its files. */
export type FileActions = {
  /** The address of a file, where it is downloaded. */
  addressOf: (file: FileEntry) => string
  /** Has the service compute the digest of a file that was only announced; missing: it does not. */
  onVerify?: ((file: FileEntry) => Promise<void>) | undefined
}

type FileListProps = FileActions & { files: readonly FileEntry[] }

/** Files by folders. A folder opens, and so does a file that the page can show. */
export function FileList({ files, ...actions }: FileListProps) {
  const root = useMemo(() => treeOf(files), [files])
  return <Entries folder={root} isOpen={root.count <= FILES_OPENED_MAX} actions={actions} />
}

type EntriesProps = { folder: Folder; isOpen: boolean; actions: FileActions }

function Entries({ folder: { folders, files }, isOpen, actions }: EntriesProps) {
  const [shown, setShown] = useState(FILES_SHOWN_MAX)
  const more = files.length - shown
  return (
    <ul class="files">
      {folders.map((folder) => (
        <FolderEntry key={folder.path} folder={folder} isOpen={isOpen} actions={actions} />
      ))}
      {files.slice(0, shown).map((file) => (
        <File key={file.path} file={file} actions={actions} />
      ))}
      {more > 0 && (
        <li>
          <Button onClick={() => setShown(shown + FILES_SHOWN_MAX)}>{t('files.showMore', { count: more })}</Button>
        </li>
      )}
    </ul>
  )
}

function FolderEntry({ folder, isOpen: isOpenAtFirst, actions }: EntriesProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const { name, count, size } = folder
  return (
    <li>
      <div class="file">
        <Toggle isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
          {name}/
        </Toggle>
        <span class="file-size">{formatBytes(size)}</span>
        <span class="quiet small">{t('files.count', { count })}</span>
      </div>
      {isOpen && <Entries folder={folder} isOpen={isOpenAtFirst} actions={actions} />}
    </li>
  )
}

function File({ file, actions }: { file: FileEntry; actions: FileActions }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const name = nameOf(file)
  const address = actions.addressOf(file)
  return (
    <li>
      <div class="file">
        {kindOf(file) === null ? (
          <span class="file-name">{name}</span>
        ) : (
          <Toggle isOpen={isOpen} onToggle={() => setOpen(!isOpen)} controls={id}>
            {name}
          </Toggle>
        )}
        <span class="file-size">{formatBytes(file.size)}</span>
        <Digest file={file} onVerify={actions.onVerify} />
        <a class="file-download" href={address} download={name} aria-label={t('files.downloadOf', { name })}>
          {t('files.download')}
        </a>
      </div>
      {isOpen && (
        <div id={id} class="file-content stack-s">
          <Preview file={file} address={address} />
        </div>
      )}
    </li>
  )
}

type ToggleProps = { isOpen: boolean; onToggle: () => void; controls?: string; children: ComponentChildren }

function Toggle({ isOpen, onToggle, controls, children }: ToggleProps) {
  return (
    <button
      type="button"
      class="file-name file-toggle"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      onClick={onToggle}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={isOpen ? 'M3 5.5l5 5 5-5' : 'M5.5 3l5 5-5 5'} fill="none" stroke="currentColor" stroke-width="1.6" />
      </svg>
      <span>{children}</span>
    </button>
  )
}

function Digest({ file, onVerify }: Pick<FileActions, 'onVerify'> & { file: FileEntry }) {
  const name = nameOf(file)
  return (
    <span class="file-digest">
      <CopyId id={file.sha256} name={t('files.digestOf', { name })} shown={shortId(file.sha256)} />
      {!file.sha256_proven && (
        <>
          <span class="file-unproven" title={t('files.unprovenWhy')}>
            {t('files.unproven')}
          </span>
          {onVerify && (
            <Button look="plain" needs="operator" label={t('files.verifyOf', { name })} onClick={() => onVerify(file)}>
              {t('files.verify')}
            </Button>
          )}
        </>
      )}
    </span>
  )
}
