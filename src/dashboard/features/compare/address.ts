import { computed } from '@preact/signals'
import { chooseView } from '../../chart/address.ts'
import { COMPARED_JOBS_MAX } from '../../platform/limits.ts'
import { query, setQuery } from '../../platform/router.ts'

/** The metrics that can be shown. */
export const measures = ['val_loss', 'loss', 'accuracy', 'learning_rate'] as const
export type Measure = (typeof measures)[number]

/** How the curves are aligned. */
export const alignments = ['step', 'time', 'progress'] as const
export type Alignment = (typeof alignments)[number]

/** The jobs that the address names, each once. */
const requestedIds = computed(() => [...new Set(query.value.getAll('job').filter((id) => id !== ''))])

/** The ids of the jobs that are compared: the first of those that the address names. */
export const chosenIds = computed(() => requestedIds.value.slice(0, COMPARED_JOBS_MAX))

/** How many jobs of the address are not compared. */
export const namedTooMany = computed(() => requestedIds.value.length - chosenIds.value.length)

export const measure = computed((): Measure => measures.find((name) => name === query.value.get('curve')) ?? 'val_loss')
export const alignment = computed((): Alignment => alignments.find((name) => name === query.value.get('by')) ?? 'step')

export const addJob = (id: string) => setQuery({ job: [...chosenIds.peek(), id] }, { replace: false })
export const removeJob = (id: string) =>
  setQuery({ job: chosenIds.peek().filter((other) => other !== id) }, { replace: false })

/** Removes from the address the jobs that are not compared. */
export const dropOthers = () => setQuery({ job: chosenIds.peek() })
export const chooseMeasure = (name: Measure) => setQuery({ curve: name === 'val_loss' ? null : name })

/** Chooses an alignment. The view of one means nothing on another. */
export function chooseAlignment(name: Alignment): void {
  chooseView(null)
  setQuery({ by: name === 'step' ? null : name })
}
