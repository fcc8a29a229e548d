/** What a tab tells the others of the browser: that a session has begun, or that somebody has signed out. */
export type Tidings = 'signed-in' | 'signed-out'

/** Where there is no such channel, tabs learn of each other's sessions when they are looked at. */
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('stellwerk-session')

export function tellOtherTabs(tidings: Tidings): void {
  channel?.postMessage(tidings)
}

export function hearOtherTabs(hear: (tidings: Tidings) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<Tidings>) => hear(data))
}
