import { signal } from '@preact/signals'

/** Whether the first page has had its time to load: what nobody waits for is loaded now. */
export const isSettled = signal(false)
