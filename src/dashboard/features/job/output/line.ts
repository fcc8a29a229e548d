import type { OutputRecord } from '../../../../client/index.ts'
import { OUTPUT_LINE_BYTES_MAX } from '../../../../platform/limits.ts'
import { type Piece, piecesOf } from './ansi.ts'

/** A line of output as it is shown. */
export type Line = {
  /** From 0 within the job. */
  number: number
  attempt: number
  /** Who wrote it: the process, on one of its streams, or the runner itself. */
  from: 'stdout' | 'stderr' | 'runner'
  /** Unix ms, by the clock of the runner. */
  atMs: number
  /** Without escape sequences. */
  text: string
  pieces: readonly Piece[]
  /** Whether it is as long as a line that is kept can be: more of it may have been cut off. */
  isFull: boolean
}

/** How the runner marks lines of its own, such as that it had to leave out some. */
const ofRunner = '[runner] '

/** A character of UTF-8 has at most four bytes: one that was cut off leaves a line up to three bytes shorter. */
const fullFromBytes = OUTPUT_LINE_BYTES_MAX - 3

/** A line as the API gives it, prepared to be shown and searched. */
export function lineOf({ number, attempt, stream, timestamp, text }: OutputRecord): Line {
  const pieces = piecesOf(text)
  const isRunners = stream === 'stderr' && text.startsWith(ofRunner)
  return {
    ...{ number, attempt, atMs: timestamp, pieces },
    from: isRunners ? 'runner' : stream,
    text: pieces.map((piece) => piece.text).join(''),
    isFull: text.length * 3 >= fullFromBytes && new TextEncoder().encode(text).length >= fullFromBytes,
  }
}
