import type { ComponentChildren } from 'preact'
import { explain, type Problem } from '../api/problem.ts'
import { isStale, type Resource, type ResourceState } from '../api/resource.ts'
import { askToSignIn } from '../api/sign-in-again.ts'
import { formatTime } from '../i18n/format.ts'
import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'

type EmptyProps = { title: string; children?: ComponentChildren; bare?: boolean }

/** Nothing to show yet: why, and what to do. `bare`: inside a panel. */
export function Empty({ title, children, bare = false }: EmptyProps) {
  return (
    <div class={bare ? 'notice bare' : 'notice'}>
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

type RefusedProps = { refusal: Problem; onRetry: () => unknown; bare?: boolean }

/** A refusal or failure: the reason, and a retry. */
export function Refused({ refusal, onRetry, bare = false }: RefusedProps) {
  const signedOut = refusal.status === 401
  return (
    <div class={bare ? 'notice bare refused' : 'notice refused'} role="alert">
      <p>
        <strong>{signedOut ? t('session.needed') : t('problem.title')}</strong>
      </p>
      {!signedOut && <p>{explain(refusal)}</p>}
      {signedOut ? (
        <Button look="primary" onClick={() => void askToSignIn()}>
          {t('session.signIn')}
        </Button>
      ) : (
        <Button onClick={onRetry}>{t('common.retry')}</Button>
      )}
    </div>
  )
}

/** The placeholder of loading content. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton">
      <p class="visually-hidden">{t('common.loading')}</p>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  )
}

/** The age of data that may be out of date. The banner over the page gives the reason once. */
export function AsOf({ of }: { of: ResourceState<unknown> }) {
  return isStale(of) ? <p class="as-of quiet small">{t('common.asOf', { time: formatTime(of.readMs) })}</p> : null
}

type LoadedProps<T> = {
  of: Resource<T>
  children: (data: T) => ComponentChildren
  /** Lines of the skeleton. */
  lines?: number
  bare?: boolean
}

/** A resource: a skeleton, a refusal with a retry, or its data rendered by `children`. */
export function Loaded<T>({ of, children, lines, bare = false }: LoadedProps<T>) {
  if (of.data !== null)
    return (
      <>
        <AsOf of={of} />
        {children(of.data)}
      </>
    )
  if (of.refusal !== null) return <Refused refusal={of.refusal} onRetry={of.refresh} bare={bare} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}

/** Reloads the page, and with it the scripts of the deployed version. */
export function Reload() {
  return (
    <Button look="primary" onClick={() => location.reload()}>
      {t('common.reload')}
    </Button>
  )
}
