import type { ModelVersion } from '../../../client/index.ts'
import { formatDateTime } from '../../i18n/format.ts'
import { locale } from '../../i18n/locale.ts'

const formatMegabytes = (megabytes: number): string =>
  megabytes.toLocaleString(locale.value, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })

/** When a version was made, and how large it is. */
export function Written({ version: { created_at, size_mb } }: { version: ModelVersion }) {
  return (
    <p class="written quiet small">
      <time dateTime={created_at}>{formatDateTime(created_at)}</time>
      <span>{formatMegabytes(size_mb)}</span>
    </p>
  )
}
