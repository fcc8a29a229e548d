import { useEffect, useMemo, useState } from 'preact/hooks'
import { fetchBytes } from '../../api/fetch-bytes.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { Loaded } from '../../components/notice.tsx'
import { formatBytes } from '../../i18n/format-bytes.ts'
import { t } from '../../i18n/text.ts'
import { PREVIEW_TEXT_BYTES_MAX } from '../../platform/limits.ts'
import { type FileEntry, nameOf } from './file-tree.ts'
import { framedHtml, framedSvg } from './framed.ts'
import { kindOf, type PreviewKind, shownBytesMax } from './preview-kind.ts'

type PreviewProps = { file: FileEntry; address: string }

/** What is in a file, as far as the page can show it. */
export function Preview({ file, address }: PreviewProps) {
  const kind = kindOf(file)
  if (kind === null) return <p class="quiet">{t('files.noPreview')}</p>
  if (file.size > shownBytesMax(kind)) {
    return <p class="quiet">{t('files.tooLarge', { size: formatBytes(shownBytesMax(kind)) })}</p>
  }
  return <Content kind={kind} file={file} address={address} />
}

function Content({ kind, file, address }: PreviewProps & { kind: PreviewKind }) {
  const bytes = useBytes(file, address, kind.as === 'text' ? PREVIEW_TEXT_BYTES_MAX : shownBytesMax(kind))
  return (
    <Loaded of={bytes} lines={4} bare>
      {(blob) =>
        kind.as === 'image' ? (
          <Picture blob={blob} type={kind.type} file={file} />
        ) : (
          <Decoded blob={blob} as={kind.as} file={file} />
        )
      }
    </Loaded>
  )
}

/** The same path may get another content: the digest tells. */
const useBytes = ({ size, sha256 }: FileEntry, address: string, bytesMax: number): Resource<Blob> =>
  useResource(`file/${sha256}${address}`, (options) => fetchBytes(address, size, bytesMax, options), {
    everyMs: Infinity,
  })

type PictureProps = { blob: Blob; type: string; file: FileEntry }

/** An image, of which the page has the bytes: the address of the file itself is always a download. */
function Picture({ blob, type, file }: PictureProps) {
  const [source, setSource] = useState<string | null>(null)
  const [isBroken, setBroken] = useState(false)
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([blob], { type }))
    setSource(address)
    return () => URL.revokeObjectURL(address)
  }, [blob, type])
  if (isBroken) return <p class="quiet">{t('files.broken')}</p>
  return source && <img class="file-picture" src={source} alt={nameOf(file)} onError={() => setBroken(true)} />
}

type DecodedProps = { blob: Blob; as: 'text' | 'html' | 'svg'; file: FileEntry }

function Decoded({ blob, as, file }: DecodedProps) {
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    let isCurrent = true
    void blob.text().then((read) => isCurrent && setText(read))
    return () => {
      isCurrent = false
    }
  }, [blob])
  if (text === null) return null
  if (as !== 'text') return <Frame text={text} as={as} file={file} />
  if (text.includes('\0')) return <p class="quiet">{t('files.noText')}</p>
  const isPart = file.size > blob.size
  // Its last character may have been cut.
  return <Text text={isPart ? text.replace(/\ufffd$/, '') : text} isPart={isPart} file={file} />
}

function Text({ text, isPart, file }: { text: string; isPart: boolean; file: FileEntry }) {
  if (text === '') return <p class="quiet">{t('files.empty')}</p>
  const sizes = { shown: formatBytes(PREVIEW_TEXT_BYTES_MAX), size: formatBytes(file.size) }
  return (
    <>
      {isPart && <p class="quiet small">{t('files.part', sizes)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="file-text" aria-label={t('files.contentOf', { name: nameOf(file) })} tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </>
  )
}

/** A document in a frame without any rights. */
function Frame({ text, as, file }: { text: string; as: 'html' | 'svg'; file: FileEntry }) {
  const shown = useMemo(() => (as === 'svg' ? framedSvg(text) : framedHtml(text)), [text, as])
  return (
    <>
      {as === 'html' && <p class="quiet small">{t('files.framed')}</p>}
      <iframe class="file-frame" sandbox="" srcdoc={shown} title={t('files.contentOf', { name: nameOf(file) })} />
    </>
  )
}
