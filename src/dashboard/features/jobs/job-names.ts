import { useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { shortId } from '../../domain/short-id.ts'

/**
 * What jobs are called: those of the page, and those chosen that have been on a page before. Of others the beginning of
 * the id.
 */
export function useJobNames(jobs: readonly JobSnapshot[], chosen: readonly string[]): (id: string) => string {
  const names = useRef<ReadonlyMap<string, string>>(new Map())
  const kept = [...names.current].filter(([id]) => chosen.includes(id))
  names.current = new Map([...kept, ...jobs.map(({ id, name }) => [id, name] as const)])
  return (id) => names.current.get(id) ?? shortId(id)
}
