import { Button } from '../../components/button.tsx'
import { Skeleton } from '../../components/notice.tsx'
import { useScript } from '../../components/use-script.ts'
import { typeName } from '../../domain/type-name.ts'
import { version as de } from '../../i18n/de/version.ts'
import { version as en } from '../../i18n/en/version.ts'
import { addTexts, t } from '../../i18n/text.ts'
import type { DetailsProps } from './version-details.tsx'

addTexts({ en: { version: en }, de: { version: de } })

type ToggleProps = Pick<DetailsProps, 'version'> & { isOpen: boolean; onToggle: () => void }

/** Opens and closes what else there is to know of a version. */
export function DetailsToggle({ version: { version, model_type }, isOpen, onToggle }: ToggleProps) {
  const label = t('version.detailsOf', { version, type: typeName(model_type) })
  return (
    <Button class="details-toggle" label={label} expanded={isOpen} onClick={onToggle}>
      {t('version.details')}
    </Button>
  )
}

/** What else there is to know of a version, whose script is loaded when somebody opens it. */
export function Details(props: DetailsProps) {
  const { script } = useScript(() => import('./version-details.tsx'))
  return script === null ? <Skeleton /> : <script.VersionDetails {...props} />
}
