import { PREVIEW_IMAGE_BYTES_MAX, PREVIEW_MARKUP_BYTES_MAX } from '../../platform/limits.ts'
import { type FileEntry, nameOf } from './file-tree.ts'

/** How the page shows a file. `type`: of an image, by which the browser reads it. */
export type PreviewKind = { as: 'text' } | { as: 'image'; type: string } | { as: 'html' } | { as: 'svg' }

const images: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
}

const markup: Record<string, PreviewKind> = {
  html: { as: 'html' },
  htm: { as: 'html' },
  xhtml: { as: 'html' },
  svg: { as: 'svg' },
  'text/html': { as: 'html' },
  'application/xhtml+xml': { as: 'html' },
  'image/svg+xml': { as: 'svg' },
}

const texts = new Set(
  'txt log md rst json jsonl ndjson csv tsv yaml yml toml ini cfg conf xml py sh js ts r sql tex'.split(' '),
)
const textTypes = /^(text\/.+|application\/(json|x-ndjson|yaml|toml|xml))$/

/** How a file is shown, by the end of its name, or else by the type that it was stored with; `null`: not at all. */
export function kindOf(file: Pick<FileEntry, 'path' | 'content_type'>): PreviewKind | null {
  const ending = /\.([^.]+)$/.exec(nameOf(file))?.[1]?.toLowerCase() ?? ''
  const type = file.content_type.split(';')[0]?.trim().toLowerCase() ?? ''
  return ofEnding(ending) ?? markup[type] ?? ofType(type)
}

function ofEnding(ending: string): PreviewKind | null {
  const image = Object.hasOwn(images, ending) ? images[ending] : undefined
  if (image !== undefined) return { as: 'image', type: image }
  if (Object.hasOwn(markup, ending)) return markup[ending] ?? null
  return texts.has(ending) ? { as: 'text' } : null
}

function ofType(type: string): PreviewKind | null {
  if (Object.values(images).includes(type)) return { as: 'image', type }
  return textTypes.test(type) ? { as: 'text' } : null
}

/** Bytes of a file up to which it is shown; of a text, the first ones are shown of any. */
export const shownBytesMax = ({ as }: PreviewKind): number => {
  if (as === 'text') return Number.POSITIVE_INFINITY
  return as === 'image' ? PREVIEW_IMAGE_BYTES_MAX : PREVIEW_MARKUP_BYTES_MAX
}
