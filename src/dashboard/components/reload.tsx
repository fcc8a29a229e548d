import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'

/** Loads the page again, and with it the scripts of the version that is deployed now. */
export function Reload() {
  return (
    <Button look="primary" onClick={() => location.reload()}>
      {t('common.reload')}
    </Button>
  )
}
