import { signal } from '@preact/signals'
import { useLayoutEffect, useState } from 'preact/hooks'
import { checkReachable, reachable } from '../api/reachability.ts'

/** Whether the first page has had its time to load: what nobody waits for is loaded now. */
export const isSettled = signal(false)

/** A script loaded on demand: `null` until it is there; and whether loading failed. */
export type LoadedScript<Script> = { script: Script | null; isMissing: boolean }

/**
 * Loads a script, again when the server is reachable again. If the server is reachable and the script is missing, a
 * newer version has most likely been deployed.
 *
 * @param load `null`: the script is not needed
 * @param known the script, if it has been loaded before
 */
export function useScript<Script extends object>(
  load: (() => Promise<Script>) | null,
  known?: Script,
): LoadedScript<Script> {
  const [script, setScript] = useState(known ?? null)
  const [hasFailed, setFailed] = useState(false)
  const isAway = !reachable.value
  useLayoutEffect(() => {
    if (script !== null || isAway || load === null) return
    setFailed(false)
    load().then(setScript, () => {
      checkReachable()
      setFailed(true)
    })
  }, [isAway, load === null])
  return { script, isMissing: hasFailed && !isAway }
}
