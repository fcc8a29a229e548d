import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Problem } from '../../api/problem.ts'
import { refresh } from '../../api/resource.ts'
import { check, type Errors, type ForRunners, fieldNames, requestOf } from './check.ts'
import type { Draft, FieldName } from './draft.ts'
import { serverErrors, serverMessage } from './server-errors.ts'
import { type Attempt, forgetDraft, rememberDraft } from './session-draft.ts'
import { attemptFor, isUnknown, send } from './submission.ts'

/** The state of the form: its content, its errors, and the outcome of submitting it. */
export type Form = {
  draft: ReadonlySignal<Draft>
  /** Set by the part of the form that is for runners, once it is loaded. */
  forRunners: Signal<ForRunners | null>
  /** Whether it lacks that part, without which it cannot be sent. */
  isIncomplete: ReadonlySignal<boolean>
  /** Errors to show: of fields that were left, and of all after a submit. */
  errors: ReadonlySignal<Errors>
  /** Why the form was refused as a whole. */
  refusal: ReadonlySignal<Problem | null>
  /** Whether a request is unanswered, and whether the form still asks for the same. */
  unanswered: ReadonlySignal<'no' | 'same' | 'changed'>
  sending: ReadonlySignal<boolean>
  change: (entries: Partial<Draft>) => void
  /** Fills in what the service does where nobody has chosen. It is no input, and not worth keeping. */
  assume: (entries: Partial<Draft>) => void
  /** A field lost the focus: its errors are shown from now on. */
  leave: (field: FieldName) => void
  /** @param waits whether the job may wait for a slot. @returns the id of the job; `null`: not created (yet) */
  submit: (waits: boolean) => Promise<string | null>
}

type Begin = { from: string | null; draft: Draft; attempt: Attempt | null }

export function createForm({ from, ...begin }: Begin): Form {
  const draft = signal(begin.draft)
  const attempt = signal(begin.attempt)
  const touched = signal<ReadonlySet<FieldName>>(new Set())
  const refusal = signal<Problem | null>(null)
  const serverFindings = signal<ReturnType<typeof serverErrors>>(new Map())
  const sending = signal(false)
  const forRunners = signal<ForRunners | null>(null)
  const isIncomplete = computed(() => draft.value.trainer === 'runner' && forRunners.value === null)

  const errors = computed(() => {
    const visible = new Map<FieldName, string>()
    const findings = check(draft.value, forRunners.value)
    for (const field of fieldNames) {
      const own = touched.value.has(field) ? findings.get(field) : undefined
      const servers = serverFindings.value.get(field)
      const message = own ?? (servers && serverMessage(field, servers))
      if (message !== undefined) visible.set(field, message)
    }
    return visible
  })
  const unanswered = computed(() => {
    if (attempt.value === null || sending.value || isIncomplete.value) return 'no'
    return attempt.value.request === JSON.stringify(requestOf(draft.value, forRunners.value)) ? 'same' : 'changed'
  })
  const remember = () => rememberDraft({ from, draft: draft.peek(), attempt: attempt.peek() })

  function change(entries: Partial<Draft>): void {
    draft.value = { ...draft.value, ...entries }
    const others = [...serverFindings.value].filter(([field]) => field === null || !(field in entries))
    if (others.length < serverFindings.value.size) serverFindings.value = new Map(others)
    remember()
  }

  async function submit(waits: boolean): Promise<string | null> {
    if (sending.peek() || isIncomplete.peek()) return null
    touched.value = new Set(fieldNames)
    serverFindings.value = new Map()
    refusal.value = null
    if (check(draft.peek(), forRunners.peek()).size > 0) return null
    const job = requestOf(draft.peek(), forRunners.peek())
    const next = attemptFor(job, waits, attempt.peek())
    attempt.value = next
    remember()
    sending.value = true
    const answer = await send(job, next)
    sending.value = false
    if (answer.ok) {
      forgetDraft()
      void refresh('jobs')
      return answer.data.id
    }
    take(answer.refusal)
    return null
  }

  function take(problem: Problem): void {
    if (!isUnknown(problem)) attempt.value = null
    serverFindings.value = serverErrors(problem)
    const isOfFields = serverFindings.value.size > 0 && !serverFindings.value.has(null)
    refusal.value = isOfFields ? null : problem
    remember()
    void refresh('jobs')
  }

  const leave = (field: FieldName) => {
    touched.value = new Set(touched.value).add(field)
  }
  const assume = (entries: Partial<Draft>) => {
    // What was sent without it is to be sent again as it was.
    if (attempt.peek() === null) draft.value = { ...draft.value, ...entries }
  }
  return { draft, forRunners, isIncomplete, errors, refusal, unanswered, sending, change, assume, leave, submit }
}
