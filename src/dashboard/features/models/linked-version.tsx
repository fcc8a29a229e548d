import { useEffect, useRef } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import { t } from '../../i18n/text.ts'

/** A version that the page's address names. */
export type LinkedVersion = {
  version: ModelVersion
  /** To be told where it is shown. */
  onShown: (mark: HTMLElement) => void
}

/** Marks the version that the address names. */
export function LinkedVersionMark({ of: { version, onShown } }: { of: LinkedVersion }) {
  const mark = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (mark.current !== null) onShown(mark.current)
  }, [])
  return (
    <span ref={mark} class="sought" tabIndex={-1}>
      {t('models.sought')}
      <span class="visually-hidden"> {version.version}</span>
    </span>
  )
}
