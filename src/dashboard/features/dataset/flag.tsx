import { checkShape, crossShape } from '../../components/icons.tsx'
import { t } from '../../i18n/text.ts'

/** Whether models may be trained on a document: a shape and a word. */
export function Flag({ set }: { set: boolean }) {
  return (
    <span class="flag" data-set={set}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={set ? checkShape : crossShape} fill="none" stroke="currentColor" stroke-width="2" />
      </svg>
      {set ? t('dataset.released') : t('dataset.notReleased')}
    </span>
  )
}
