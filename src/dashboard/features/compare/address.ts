import { computed } from '@preact/signals'
import { METRIC_NAME_LENGTH_MAX } from '../../../platform/limits.ts'
import { chooseView } from '../../chart/address.ts'
import { COMPARED_JOBS_MAX } from '../../platform/limits.ts'
import { query, setQuery } from '../../platform/router.ts'

/** How the curves are aligned. */
export const alignments = ['step', 'time', 'progress'] as const
export type Alignment = (typeof alignments)[number]

/** The jobs that the address names, each once. */
const requestedIds = computed(() => [...new Set(query.value.getAll('job').filter((id) => id !== ''))])

/** The ids of the jobs that are compared: the first of those that the address names. */
export const chosenIds = computed(() => requestedIds.value.slice(0, COMPARED_JOBS_MAX))

/** How many jobs of the address are not compared. */
export const namedTooMany = computed(() => requestedIds.value.length - chosenIds.value.length)

/** The metric that is shown: any, by the name that trainers give it. */
export const measure = computed(() => query.value.get('curve')?.slice(0, METRIC_NAME_LENGTH_MAX) || 'val_loss')
/** Whether each attempt at a job has a curve of its own. */
export const byAttempt = computed(() => query.value.get('attempts') === 'apart')
export const alignment = computed((): Alignment => alignments.find((name) => name === query.value.get('by')) ?? 'step')

export const addJob = (id: string) => setQuery({ job: [...chosenIds.peek(), id] }, { replace: false })
export const removeJob = (id: string) =>
  setQuery({ job: chosenIds.peek().filter((other) => other !== id) }, { replace: false })

/** Removes from the address the jobs that are not compared. */
export const dropOthers = () => setQuery({ job: chosenIds.peek() })
export const chooseMeasure = (name: string) => setQuery({ curve: name === 'val_loss' ? null : name })
export const showAttempts = (apart: boolean) => setQuery({ attempts: apart ? 'apart' : null })

/** Chooses an alignment. The view of one means nothing on another. */
export function chooseAlignment(name: Alignment): void {
  chooseView(null)
  setQuery({ by: name === 'step' ? null : name })
}
