import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Problem } from '../../api/problem.ts'
import { refresh } from '../../api/resource.ts'
import { check, configOf, type Errors, fieldNames } from './check.ts'
import type { Draft, FieldName } from './draft.ts'
import { serverErrors, serverMessage } from './server-errors.ts'
import { type Attempt, forgetDraft, rememberDraft } from './session-draft.ts'
import { attemptFor, isUnknown, send } from './submission.ts'

/** The state of the form: its content, its errors, and the outcome of submitting it. */
export type Form = {
  draft: ReadonlySignal<Draft>
  /** Errors to show: of fields that were left, and of all after a submit. */
  errors: ReadonlySignal<Errors>
  /** Why the form was refused as a whole. */
  refusal: ReadonlySignal<Problem | null>
  /** Whether a request is unanswered, and whether the form still asks for the same. */
  unanswered: ReadonlySignal<'no' | 'same' | 'changed'>
  sending: ReadonlySignal<boolean>
  change: (entries: Partial<Draft>) => void
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

  const errors = computed(() => {
    const visible = new Map<FieldName, string>()
    const findings = check(draft.value)
    for (const field of fieldNames) {
      const own = touched.value.has(field) ? findings.get(field) : undefined
      const servers = serverFindings.value.get(field)
      const message = own ?? (servers && serverMessage(field, servers))
      if (message !== undefined) visible.set(field, message)
    }
    return visible
  })
  const unanswered = computed(() => {
    if (attempt.value === null || sending.value) return 'no'
    return attempt.value.request === JSON.stringify(configOf(draft.value)) ? 'same' : 'changed'
  })
  const remember = () => rememberDraft({ from, draft: draft.peek(), attempt: attempt.peek() })

  function change(entries: Partial<Draft>): void {
    draft.value = { ...draft.value, ...entries }
    const others = [...serverFindings.value].filter(([field]) => field === null || !(field in entries))
    if (others.length < serverFindings.value.size) serverFindings.value = new Map(others)
    remember()
  }

  async function submit(waits: boolean): Promise<string | null> {
    if (sending.peek()) return null
    touched.value = new Set(fieldNames)
    serverFindings.value = new Map()
    refusal.value = null
    if (check(draft.peek()).size > 0) return null
    const config = configOf(draft.peek())
    const next = attemptFor(config, waits, attempt.peek())
    attempt.value = next
    remember()
    sending.value = true
    const answer = await send(config, next)
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
  return { draft, errors, refusal, unanswered, sending, change, leave, submit }
}
