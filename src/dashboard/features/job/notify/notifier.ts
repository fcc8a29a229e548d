import { effect } from '@preact/signals'
import { api } from '../../../api/client.ts'
import { request } from '../../../api/request.ts'
import { who } from '../../../api/session.ts'
import { notify as de } from '../../../i18n/de/notify.ts'
import { notify as en } from '../../../i18n/en/notify.ts'
import { addTexts } from '../../../i18n/text.ts'
import { WATCHED_JOBS_MS } from '../../../platform/limits.ts'
import { navigate } from '../../../platform/router.ts'
import { newsOf } from './news.ts'
import { noteTold, watchedJobs } from './watched-jobs.ts'

addTexts({ en: { notify: en }, de: { notify: de } })

let isStarted = false

/**
 * Reads the watched jobs every WATCHED_JOBS_MS, and notifies of what is new, until none is left. Of all tabs one does so; if it
 * is closed, the next one goes on. A stream would not do: those of tabs that nobody sees are closed.
 */
export function startNotifier(): void {
  if (isStarted || !mayNotify()) return
  isStarted = true
  void navigator.locks.request('stellwerk-notifier', watch).finally(() => {
    isStarted = false
  })
}

/** Starts it for whoever is or will be signed in. */
export const keepNotifying = () =>
  effect(() => {
    if (who.value !== null) startNotifier()
  })

/** Whether this browser can show notifications; it does over https and on localhost only. */
export const canNotify = (): boolean => 'Notification' in globalThis && 'locks' in navigator

const mayNotify = (): boolean => canNotify() && Notification.permission === 'granted'

async function watch(): Promise<void> {
  for (;;) {
    const jobs = watchedJobs()
    if (jobs.size === 0) return
    await Promise.all([...jobs].map(([id, told]) => look(id, told)))
    await new Promise((resolve) => setTimeout(resolve, WATCHED_JOBS_MS))
  }
}

async function look(id: string, told: string): Promise<void> {
  const param = { id: encodeURIComponent(id) }
  const answer = await request(() => api.jobs[':id'].$get({ param }), { inBackground: true })
  if (!answer.ok) {
    if (answer.refusal.status === 404) noteTold(id, null)
    return
  }
  const news = newsOf(answer.data, told)
  if (news === null || !watchedJobs().has(id)) return
  noteTold(id, news.told)
  show(id, answer.data.name, news.text)
}

function show(id: string, title: string, body: string): void {
  // A tag replaces what the same job was notified of before.
  const shown = new Notification(title, { body, tag: id })
  shown.onclick = () => {
    focus()
    navigate(`/jobs/${encodeURIComponent(id)}`)
    shown.close()
  }
}
