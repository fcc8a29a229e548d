import { useEffect } from 'preact/hooks'
import type { JobStatus } from '../../../../shared/job-status.ts'
import { stateShapes } from '../../../domain/state-badge.tsx'
import { themeChanges } from '../../../platform/theme.ts'

const standard = '/icon.svg'

/**
 * Shows the status of a job as the icon of the tab, by the shape and colour that it has everywhere.
 *
 * @param isHollow whether something else is so beside the status, as of a train on its track
 */
export function useFavicon(status: JobStatus, isHollow: boolean): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link === null) return
    const draw = () => {
      link.href = iconOf(status, isHollow)
    }
    draw()
    const stop = themeChanges(draw)
    return () => {
      stop()
      link.href = standard
    }
  }, [status, isHollow])
}

function iconOf(status: JobStatus, isHollow: boolean): string {
  const [colour, surface] = coloursOf(status)
  const [ground, ink] = isHollow ? [surface, colour] : [colour, surface]
  const edge = isHollow ? ` stroke="${colour}" stroke-width="1.5" stroke-dasharray="2.5 1.5"` : ''
  const fill = status === 'training' ? ink : 'none'
  const width = status === 'paused' ? 3 : 2
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<rect x=".75" y=".75" width="14.5" height="14.5" rx="3" fill="${ground}"${edge}/>
<path transform="translate(2.4 2.4) scale(.7)" d="${stateShapes[status]}" fill="${fill}" stroke="${ink}" stroke-width="${width}"/>
</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** The colour of a status in the current theme, and that of what is drawn on it: an icon knows no variables. */
function coloursOf(status: JobStatus): [colour: string, surface: string] {
  const probe = document.createElement('span')
  probe.dataset.state = status
  document.body.appendChild(probe)
  const computed = (colour: string) => {
    probe.style.color = `var(${colour})`
    return getComputedStyle(probe).color
  }
  try {
    return [computed('--state'), computed('--surface')]
  } finally {
    probe.remove()
  }
}
