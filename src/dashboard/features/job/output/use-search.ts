import { useEffect, useRef, useState } from 'preact/hooks'
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

const none: readonly number[] = []

/** Searches the whole output, which is read for it. `onFound`: shows a line. */
export function useSearch(log: OutputLog, onFound: (line: number, word: string) => void): Search {
  const [word, setWord] = useState('')
  const [found, setFound] = useState(none)
  const [at, setAt] = useState<number | null>(null)
  const [progress, setProgress] = useState<number | null>(null)
  const latest = useRef(word)
  latest.current = word
  const isSearching = word !== ''
  useEffect(() => {
    if (!isSearching) return
    setProgress(0)
    void log.wantAll(setProgress).then(() => setProgress(null))
  }, [log, isSearching])
  // Lines keep coming: a search that waited until they stop would say of all that while that there are none.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const version = log.version.value
  useEffect(() => {
    if (word === '') return setFound(none)
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      setFound(linesWith(log, latest.current))
    }, OUTPUT_SEARCH_MS)
  }, [log, word, version])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [log],
  )
  useEffect(() => setAt(null), [word])
  const step = (direction: 1 | -1) => {
    const next = nextOf(found, at, direction)
    if (next === null) return
    setAt(next)
    onFound(next, word)
  }
  return { word, setWord, found, at, progress, step }
}
