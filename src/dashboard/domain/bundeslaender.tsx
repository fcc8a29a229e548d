import '../styles/codes.css'
import { type BundeslandCode, bundeslandCodes } from '../../shared/bundeslaender.ts'
import { bundeslandName } from '../i18n/bundesland.ts'
import { t } from '../i18n/text.ts'

type BundeslaenderProps = {
  codes: readonly BundeslandCode[]
  /** Whether each leads to its documents in the dataset. */
  linked?: boolean
}

/** Bundesländer as small codes; their names are read out, and stand in the tooltip. */
export function Bundeslaender({ codes, linked = false }: BundeslaenderProps) {
  if (codes.length === bundeslandCodes.length) {
    const all = t('models.allBundeslaender')
    return <span class="codes">{linked ? <a href="/dataset">{all}</a> : all}</span>
  }
  return (
    <ul class="codes" aria-label={t('models.bundeslaender')}>
      {codes.map((code) => (
        <li key={code} title={bundeslandName(code)}>
          {linked ? (
            <a href={`/dataset?bundesland=${code}`}>
              <Code of={code} />
            </a>
          ) : (
            <Code of={code} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Code({ of: code }: { of: BundeslandCode }) {
  return (
    <>
      <span aria-hidden="true">{code}</span>
      <span class="visually-hidden">{bundeslandName(code)}</span>
    </>
  )
}
