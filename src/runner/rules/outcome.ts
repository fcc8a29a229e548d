/** How a process ended. Without a status and a signal, nobody knows. */
export type Exit = {
  status: number | null
  signal: string | null
  /** The machine had no memory left for it. */
  outOfMemory?: boolean
  /** It could not be started. */
  error?: string
}

/** What is known when the process has ended. */
export type End = {
  exit: Exit
  /** What an operator had requested by then. */
  requested: 'pause' | 'cancel' | null
  /** The runner itself had been told to end. */
  isReleasing: boolean
  /** The signals that the runner had sent. */
  sent: readonly string[]
  /** The process said `::completed`, or has done its last step, after which its model is still to be written. */
  done: 'said' | 'last-step' | null
}

export type Outcome = 'completed' | 'failed' | 'paused' | 'cancelled' | 'released'

/** The statuses with which a shell tells of a signal. */
const statuses: Readonly<Record<string, number>> = { SIGINT: 130, SIGKILL: 137, SIGTERM: 143 }

/** What an attempt has come to, as docs/PROTOCOL.md has it, and why, for people. */
export function outcomeOf({ exit, requested, isReleasing, sent, done }: End): { outcome: Outcome; why: string } {
  const why = textOf(exit, sent)
  const wasSignalled = sent.some((signal) => exit.signal === signal || exit.status === statuses[signal])
  const asked = requested === null ? null : requested === 'pause' ? 'paused' : 'cancelled'
  if (exit.status === 0)
    return { outcome: done !== null ? 'completed' : (asked ?? (isReleasing ? 'released' : 'completed')), why }
  if (asked !== null && wasSignalled) return { outcome: asked, why }
  // Nobody knows how it ended, such as after a power cut: the next attempt goes on from its checkpoint.
  if (exit.status === null && exit.signal === null && exit.error === undefined)
    return { outcome: done === 'said' ? 'completed' : (asked ?? 'released'), why }
  if (asked === null && isReleasing) return { outcome: 'released', why }
  return { outcome: 'failed', why }
}

function textOf({ status, signal, outOfMemory, error }: Exit, sent: readonly string[]): string {
  if (error !== undefined) return `The process could not be started: ${error}`
  if (signal !== null) {
    const by = sent.includes(signal)
      ? 'sent by the runner'
      : outOfMemory
        ? 'the machine is out of memory'
        : 'which the runner has not sent'
    return `The process ended by ${signal}, ${by}`
  }
  if (status === null) return 'How the process ended is not known'
  return `The process ended with status ${status}${outOfMemory ? '; the machine was out of memory' : ''}`
}
