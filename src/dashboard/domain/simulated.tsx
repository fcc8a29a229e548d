import { t } from '../i18n/text.ts'

/** Says that something is simulated, for those who would take its results for real ones. */
export function Simulated({ what }: { what: 'trainer' | 'ocr' }) {
  return (
    <p class="simulated quiet small">
      <span class="tag">{t(`simulated.${what}`)}</span> {t(`simulated.${what}Text`)}
    </p>
  )
}
