import { useEffect, useRef } from 'preact/hooks'
import type { ModelVersion } from '../../../client/index.ts'
import { t } from '../../i18n/text.ts'

/** A version that the address links to. */
export type LinkedVersion = {
  version: ModelVersion
  /** Called with the mark once it is shown. */
  onShown: (mark: HTMLElement) => void
}

/** Marks the linked version. */
export function LinkedVersionMark({ of: { version, onShown } }: { of: LinkedVersion }) {
  const mark = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (mark.current !== null) onShown(mark.current)
  }, [])
  return (
    <span ref={mark} class="linked-version" tabIndex={-1}>
      {t('models.linked')}
      <span class="visually-hidden"> {version.version}</span>
    </span>
  )
}
