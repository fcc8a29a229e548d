import { computed } from '@preact/signals'
import { query, setQuery } from '../../../platform/router.ts'

/** Whether stretches are shown that later attempts have superseded; in the address, as all of how charts are shown. */
export const showsSuperseded = computed(() => query.value.get('superseded') === 'shown')
export const showSuperseded = (isShown: boolean) => setQuery({ superseded: isShown ? 'shown' : null })
