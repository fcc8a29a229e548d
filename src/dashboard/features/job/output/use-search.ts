import { useEffect, useState } from 'preact/hooks'
import { OUTPUT_SEARCH_MS } from '../../../platform/limits.ts'
import type { OutputLog } from './output-log.ts'
import { linesWith, nextOf } from './search.ts'

/** A search in the output. */
export type Search = {
  word: string
  setWord: (word: string) => void
  /** The numbers of the lines that have it, of those that are read. */
  found: readonly number[]
  /** The line that the search has come to. */
  at: number | null
  /** While lines are read to be searched: the share of them that is; `null`: all are. */
  progress: number | null
  /** Goes to the next or the previous line that has the word. */
  step: (direction: 1 | -1) => void
}

/** Searches the whole output, which is read for it. `onFound`: shows a line. */
export function useSearch(log: OutputLog, onFound: (line: number, word: string) => void): Search {
  const [word, setWord] = useState('')
  const [found, setFound] = useState<readonly number[]>([])
  const [at, setAt] = useState<number | null>(null)
  const [progress, setProgress] = useState<number | null>(null)
  const isSearching = word !== ''
  useEffect(() => {
    if (!isSearching) return
    setProgress(0)
    void log.wantAll(setProgress).then(() => setProgress(null))
  }, [log, isSearching])
  const version = log.version.value
  useEffect(() => {
    if (!isSearching) return setFound([])
    const timer = setTimeout(() => setFound(linesWith(log, word)), OUTPUT_SEARCH_MS)
    return () => clearTimeout(timer)
  }, [log, word, version])
  useEffect(() => setAt(null), [word])
  const step = (direction: 1 | -1) => {
    const next = nextOf(found, at, direction)
    if (next === null) return
    setAt(next)
    onFound(next, word)
  }
  return { word, setWord, found, at, progress, step }
}
