import '../../styles/codes.css'
import { type BundeslandCode, bundeslandCodes, bundeslandNames } from '../../../bundeslaender.ts'
import { t } from '../../i18n/text.ts'

/** Bundesländer as small codes; their names are read out, and stand in the tooltip. */
export function Bundeslaender({ codes }: { codes: readonly BundeslandCode[] }) {
  if (codes.length === bundeslandCodes.length) return <span class="codes">{t('models.allBundeslaender')}</span>
  return (
    <ul class="codes" aria-label={t('models.bundeslaender')}>
      {codes.map((code) => (
        <li key={code} title={bundeslandNames[code]}>
          <span aria-hidden="true">{code}</span>
          <span class="visually-hidden">{bundeslandNames[code]}</span>
        </li>
      ))}
    </ul>
  )
}
