import { modelTypes } from '../../shared/model-types.ts'
import { t } from '../i18n/text.ts'

/** What a model type is called; other registered names are themselves. */
export function typeName(name: string): string {
  const type = modelTypes.find((one) => one === name)
  return type === undefined ? name : t(`common.${type}`)
}
