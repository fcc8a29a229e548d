import type { ReadonlySignal } from '@preact/signals'
import { explain, ownProblem } from '../api/problem.ts'
import { crossShape } from '../components/icons.tsx'
import { formatTime } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import type { Connection } from '../live/protocol.ts'

const shapes: Record<Connection['state'], string> = {
  connecting: 'M2 8h2M7 8h2M12 8h2',
  live: 'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM3.4 3.4a6.5 6.5 0 0 0 0 9.2M12.6 3.4a6.5 6.5 0 0 1 0 9.2',
  reconnecting: 'M2 8h2M7 8h2M12 8h2',
  ended: 'M4 4h8v8H4Z',
  hidden: 'M5.5 3v10M10.5 3v10',
  waiting: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11ZM8 4.5V8l2.5 1.5',
  refused: crossShape,
}

/** The state of a job's live connection, as a shape and a word. */
export function ConnectionBadge({ of }: { of: ReadonlySignal<Connection> }) {
  const { state } = of.value
  return (
    <span class="connection" data-connection={state}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={shapes[state]} fill="none" stroke="currentColor" stroke-width="1.75" />
      </svg>
      {t(`common.${state}`)}
    </span>
  )
}

/** What a lost, refused or suspended connection means for the page, where that is not obvious. */
export function ConnectionNote({ of }: { of: ReadonlySignal<Connection> }) {
  const text = noteOf(of.value)
  return text === null ? null : <p class="connection-note small">{text}</p>
}

function noteOf(connection: Connection): string | null {
  switch (connection.state) {
    case 'reconnecting':
      return reconnectingNote(connection)
    case 'hidden':
      return t('common.hiddenNote')
    case 'waiting':
      return t('common.waitingNote')
    case 'refused':
      if (connection.status === 401) return t('common.signedOutNote')
      return t(connection.status === 0 ? 'common.outdatedNote' : 'common.refusedNote')
    case 'connecting':
    case 'live':
    case 'ended':
      return null
  }
}

function reconnectingNote({ atMs, refusal }: Extract<Connection, { state: 'reconnecting' }>): string {
  const time = formatTime(atMs)
  if (refusal === undefined) return t('common.reconnectingNote', { time })
  const reason = explain(refusal.problem ?? ownProblem('unexpected', refusal.status))
  return t('common.refusedForNowNote', { reason, time })
}
