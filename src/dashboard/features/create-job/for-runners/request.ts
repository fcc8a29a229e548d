import { t } from '../../../i18n/text.ts'
import { attemptsBounds } from '../bounds.ts'
import { type ForRunners, numberError } from '../check.ts'
import type { Draft } from '../draft.ts'
import { parseNumber } from '../numbers.ts'
import { paramsError, paramsOf } from './params.ts'

/** What the form checks and asks for of jobs for runners. */
export const forRunners: ForRunners = {
  errorOf: (field, draft) => {
    switch (field) {
      case 'params':
        return paramsError(draft.params)
      case 'max_attempts':
        return numberError(draft.max_attempts, attemptsBounds)
      case 'resume_from':
        return draft.resume_from?.job_id === '' ? t('createRunner.jobMissing') : null
    }
  },
  requestOf,
}

function requestOf({ params, max_attempts, resume_from }: Draft): ReturnType<ForRunners['requestOf']> {
  const named = paramsOf(params)
  const { job_id = '', step = null } = resume_from ?? {}
  return {
    max_attempts: parseNumber(max_attempts, attemptsBounds),
    ...(Object.keys(named).length === 0 ? {} : { params: named }),
    ...(job_id === '' ? {} : { resume_from: { job_id, ...(step === null ? {} : { step }) } }),
  }
}
