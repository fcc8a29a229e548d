import { closeSync, openSync, readSync } from 'node:fs'
import { codeOf } from './files.ts'
import { LINE_BYTES_MAX, READ_BYTES_MAX } from './limits.ts'

/** The lines of a file that grows, from an offset on. */
export class Tail {
  /** Bytes of complete lines that were returned. */
  offset: number
  readonly #path: string
  #file: number | null = null
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES_MAX)

  constructor(path: string, offset: number) {
    this.#path = path
    this.offset = offset
  }

  /**
   * The complete lines since the last call, up to READ_BYTES_MAX bytes of them.
   *
   * @param isEnd the file will not grow: what follows the last line break is a line, too
   */
  read(isEnd: boolean): string[] {
    const size = this.#fill()
    const lines: string[] = []
    let start = 0
    for (;;) {
      const end = this.#buffer.subarray(0, size).indexOf(0x0a, start)
      const until = end < 0 ? size : end
      for (; until - start >= LINE_BYTES_MAX; start += LINE_BYTES_MAX)
        lines.push(textOf(this.#buffer.subarray(start, start + LINE_BYTES_MAX)))
      if (end < 0) break
      lines.push(textOf(this.#buffer.subarray(start, end)))
      start = end + 1
    }
    if (isEnd && size < READ_BYTES_MAX && start < size) {
      lines.push(textOf(this.#buffer.subarray(start, size)))
      start = size
    }
    this.offset += start
    return lines
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #fill(): number {
    try {
      this.#file ??= openSync(this.#path, 'r')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 0
      throw error
    }
    let size = 0
    while (size < READ_BYTES_MAX) {
      const read = readSync(this.#file, this.#buffer, size, READ_BYTES_MAX - size, this.offset + size)
      if (read === 0) break
      size += read
    }
    return size
  }
}

/** Of a line that a progress bar has written over and over, the last state. What is no UTF-8 is shown as such. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8').replace(/\r+$/, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}
