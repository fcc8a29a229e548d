/** What a tab tells the others of the browser: that a session has begun, or that somebody has signed out. */
export type SessionChange = 'signed-in' | 'signed-out'

/** Where there is no such channel, tabs learn of each other's sessions when they are looked at. */
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('stellwerk-session')

export function postSessionChange(change: SessionChange): void {
  channel?.postMessage(change)
}

export function onSessionChange(hear: (change: SessionChange) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<SessionChange>) => hear(data))
}
