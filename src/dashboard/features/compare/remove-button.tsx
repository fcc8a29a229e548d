import { Button } from '../../components/button.tsx'
import { t } from '../../i18n/text.ts'

/** Removes a job from the comparison. */
export function RemoveButton({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <Button look="plain" label={t('compare.remove', { name })} onClick={onRemove}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M4 4l8 8M12 4l-8 8" fill="none" stroke="currentColor" stroke-width="2" />
      </svg>
    </Button>
  )
}
