import { type BundeslandCode, bundeslandNames, bundeslandNamesInEnglish } from '../../shared/bundeslaender.ts'
import { locale } from './locale.ts'

/** The name of a Bundesland in the page's language. */
export const bundeslandName = (code: BundeslandCode): string =>
  (locale.value === 'en' ? bundeslandNamesInEnglish : bundeslandNames)[code]
