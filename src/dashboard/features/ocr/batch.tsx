import { computed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { explain, type Problem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { announce } from '../../components/toast.tsx'
import { ConnectionBadge } from '../../domain/connection.tsx'
import { formatProgress } from '../../i18n/format.ts'
import { t } from '../../i18n/text.ts'
import { ANNOUNCE_MS } from '../../platform/limits.ts'
import { Confidences } from './confidences.tsx'
import { Metrics } from './metrics.tsx'
import { Rail } from './rail.tsx'
import { Results } from './results.tsx'
import { goOn, type Run, run } from './run.ts'

/** A batch: its progress, numbers and results. */
export function Batch({ of: shown }: { of: Run }) {
  const { images, phase, results, refusal } = shown
  const connection = useMemo(() => computed(() => run.value?.connection ?? ({ state: 'ended' } as const)), [])
  useAnnouncements(phase)
  return (
    <>
      <section class="panel stack-s" aria-labelledby="batch">
        <div class="row between">
          <h2 id="batch">{t(`ocr.${phase}`)}</h2>
          <ConnectionBadge of={connection} />
        </div>
        <p class="row between batch-progress">
          <span>
            <strong>{t('ocr.imagesDone', { done: results.length, count: images })}</strong>
          </span>
          <span class="quiet">{formatProgress((100 * results.length) / images)}</span>
        </p>
        <Rail done={results.length} of={images} phase={phase} />
        {refusal !== null && <RefusedOnItsWay refusal={refusal} />}
        <Metrics of={shown} />
        <Confidences results={results} images={images} />
      </section>
      {results.length > 0 && <Results results={results} />}
    </>
  )
}

function RefusedOnItsWay({ refusal }: { refusal: Problem }) {
  const signedOut = refusal.status === 401
  return (
    <div class="notice bare refused" role="alert">
      <p>{signedOut ? t('ocr.signedOut') : explain(refusal)}</p>
      {refusal.status !== 422 && (
        <Button {...(signedOut ? {} : { needs: 'operator' })} onClick={goOn}>
          {signedOut ? t('ocr.signInAndContinue') : t('ocr.continue')}
        </Button>
      )}
    </div>
  )
}

/** Announces the progress from time to time and the end to screen readers, not each image. */
function useAnnouncements(phase: Run['phase']): void {
  useEffect(() => {
    if (phase !== 'running') return
    announce(t('ocr.running'))
    const timer = setInterval(() => announce(soFar()), ANNOUNCE_MS)
    return () => {
      clearInterval(timer)
      const ended = run.peek()?.phase
      if (ended !== undefined && ended !== 'running') announce(`${t(`ocr.${ended}`)}. ${soFar()}`)
    }
  }, [phase])
}

function soFar(): string {
  const current = run.peek()
  return current === null ? '' : t('ocr.imagesDone', { done: current.results.length, count: current.images })
}
