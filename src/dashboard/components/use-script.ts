import { useLayoutEffect, useState } from 'preact/hooks'
import { checkReachable, reachable } from '../api/reachability.ts'

/** A script that is loaded when it is needed: `null` until it is there; and whether it cannot be had. */
export type LoadedScript<Script> = { script: Script | null; isMissing: boolean }

/**
 * Loads a script. While the server is away it cannot be had: it is asked for again when that is back. With the server
 * there it is missing, most often because a newer version has been deployed.
 *
 * @param known the script, if it has been loaded before
 */
export function useScript<Script extends object>(load: () => Promise<Script>, known?: Script): LoadedScript<Script> {
  const [script, setScript] = useState(known ?? null)
  const [hasFailed, setFailed] = useState(false)
  const isAway = !reachable.value
  useLayoutEffect(() => {
    if (script !== null || isAway) return
    setFailed(false)
    load().then(setScript, () => {
      checkReachable()
      setFailed(true)
    })
  }, [isAway])
  return { script, isMissing: hasFailed && !isAway }
}
