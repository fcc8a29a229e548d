import type { Service } from './http.ts'
import type { Journal } from './journal.ts'
import { FINISH_MS_MAX } from './limits.ts'
import { finishVerdict } from './rules/verdict.ts'
import type { Say } from './say.ts'
import type { StoredAttempt } from './state.ts'
import { Repetitions, sleep } from './wait.ts'

export type FinishParts = {
  service: Service
  journal: Journal
  attempt: StoredAttempt
  renewToken: () => Promise<void>
  /** Ends the repetitions: a later start on the same folder goes on with them. */
  signal: AbortSignal
  say: Say
}

/**
 * Tells the service how an attempt has ended, until it has heard it.
 *
 * @returns `over`: it had ended otherwise · `kept`: not heard yet · `lost`: not heard for 24 h
 */
export async function sayFinish(parts: FinishParts): Promise<'heard' | 'over' | 'kept' | 'lost'> {
  const { service, journal, attempt, renewToken, signal, say } = parts
  if (attempt.finish === null) throw new Error('Nothing to finish')
  const { sinceMs, ...finish } = attempt.finish
  const repeated = new Repetitions('Finish', say)
  const { outcome, checkpoint } = finish
  // What the service does not take is left out, last the checkpoint.
  const forms = [finish, { outcome, checkpoint }, { outcome }]
  for (let gaps = 0; ; ) {
    const body = JSON.stringify({ ...forms[0], sequence: journal.state.taken + 1 })
    const { reply, why } = await service.ask(`/jobs/${attempt.job.id}/finish`, { token: attempt.token, body })
    const verdict = finishVerdict(reply, why)
    if (verdict.is === 'taken') return 'heard'
    if (verdict.is === 'over') return 'over'
    if (verdict.is === 'gap' && gaps++ < 3) {
      journal.add({ is: 'taken', sequence: verdict.expected - 1 })
      continue
    }
    if ((verdict.is === 'invalid' || verdict.is === 'too-large') && forms.length > 1) {
      forms.shift()
      continue
    }
    if (verdict.is === 'token-unknown') await renewToken()
    if (Date.now() - sinceMs > FINISH_MS_MAX) return 'lost'
    const isRejection = verdict.is === 'token-unknown'
    const failure = verdict.is === 'again' ? verdict : { why: verdict.is, isRejection }
    const waitMs = repeated.failed(failure)
    if (signal.aborted) return 'kept'
    await sleep(waitMs, signal)
    if (signal.aborted) return 'kept'
  }
}
