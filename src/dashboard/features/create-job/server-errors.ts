import type { Problem } from '../../api/problem.ts'
import { t } from '../../i18n/text.ts'
import { bounds, numberFields } from './bounds.ts'
import { boundsText, fieldNames } from './check.ts'
import type { FieldName } from './draft.ts'

/** An entry of a 422's `errors`. */
type ValidationError = NonNullable<Problem['errors']>[number]

/** Errors of the API by field; `null` is the form as a whole. Only the first of each. */
export function serverErrors(problem: Problem): Map<FieldName | null, ValidationError> {
  const errors = new Map<FieldName | null, ValidationError>()
  for (const error of problem.errors ?? []) {
    const field = error.loc[0] === 'body' ? (fieldNames.find((name) => name === error.loc[1]) ?? null) : null
    if (!errors.has(field)) errors.set(field, error)
  }
  return errors
}

/** In the page's language for known kinds of errors, else in the API's words. */
export function serverMessage(field: FieldName, { type, msg }: ValidationError): string {
  const number = numberFields.find((name) => name === field)
  if (type === 'too_small' && number) return boundsText('numberSmall', bounds[number])
  if (type === 'too_big' && number) return boundsText('numberBig', bounds[number])
  if (type === 'missing' && number) return boundsText('numberMissing', bounds[number])
  if (type === 'missing' && field === 'name') return t('names.missing')
  if (field === 'bundeslaender' && type === 'too_small') return t('createJob.bundeslaenderMissing')
  if (type === 'no_checkpoint') return t('createRunner.checkpointGone')
  return msg
}
