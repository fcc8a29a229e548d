import { computed } from '@preact/signals'
import { chosenColumns } from '../../domain/chosen-columns.ts'

const chosen = chosenColumns('job-columns')

/** The columns of the list between progress and creation. */
export const listColumns = { ...chosen, keys: computed(() => chosen.keys.value ?? ['latest:val_loss']) }
