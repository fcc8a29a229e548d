import { useEffect, useRef } from 'preact/hooks'
import type { Resource } from '../api/resource.ts'

/** Reads a resource of a job again whenever the job's revision changes: at its end, too, after which nothing is read repeatedly. */
export function useReadAgain({ refresh }: Pick<Resource<unknown>, 'refresh'>, revision: number): void {
  const known = useRef(revision)
  useEffect(() => {
    if (known.current === revision) return
    known.current = revision
    void refresh()
  }, [revision])
}
