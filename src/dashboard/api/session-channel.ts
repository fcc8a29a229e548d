/** What tabs of a browser tell each other: a session has begun, or was ended by signing out. */
export type SessionChange = 'signed-in' | 'signed-out'

/** Without BroadcastChannel, a tab reads the session when it is focused. */
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('stellwerk-session')

export function postSessionChange(change: SessionChange): void {
  channel?.postMessage(change)
}

export function onSessionChange(hear: (change: SessionChange) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<SessionChange>) => hear(data))
}
