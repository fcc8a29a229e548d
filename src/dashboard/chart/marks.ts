import type uPlot from 'uplot'
import { t } from '../i18n/text.ts'
import { placeNames } from './names.ts'
import { namedEvery } from './ticks.ts'
import type { Mark } from './types.ts'

/** CSS pixels between two epochs whose marks are still distinct, and between two that are named. */
const markSpace = 6
const labelSpace = 60

/** CSS pixels between a mark and its name, and of a line of names. */
const labelGap = 4
const lineHeight = 13

/** CSS pixels of an epoch's mark: from top to bottom it would be taken for the grid. */
const tickLength = 8

type Colours = (token: string) => string

const lineColours = { epoch: '--edge', pause: '--state-paused', rewind: '--quiet' } as const
const nameColours = { ...lineColours, epoch: '--quiet' } as const
const dashes = { epoch: [], pause: [4, 4], rewind: [1, 3] } as const

/**
 * Draws the marks under grid and curves: epochs as ticks at the top, pauses as dashed lines or as empty stretches, rewinds
 * as dotted lines.
 */
export function drawMarks(plot: uPlot, marks: readonly Mark[], colour: Colours): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const every = everyNamed(plot, marks)
  const areDistinct = spaceOf(plot, marks) >= markSpace
  within(plot, () => {
    for (const mark of marks) {
      const from = placeOf(plot, mark.from)
      if (mark.kind === 'epoch' && !areDistinct && mark.epoch % every !== 0) continue
      if (mark.kind !== 'epoch' && mark.to !== undefined) {
        ctx.fillStyle = colour('--sunken')
        ctx.fillRect(from, bbox.top, placeOf(plot, mark.to) - from, bbox.height)
        continue
      }
      ctx.strokeStyle = colour(lineColours[mark.kind])
      ctx.lineWidth = scale
      ctx.setLineDash(dashes[mark.kind].map((pixels) => pixels * scale))
      const end = bbox.left + bbox.width
      if (from > end + scale) continue
      // On whole pixels and inside the plot: at its end, half of the line would be cut off.
      const at = Math.min(Math.round(from), end - scale) + scale / 2
      ctx.beginPath()
      ctx.moveTo(at, bbox.top)
      ctx.lineTo(at, bbox.top + (mark.kind === 'epoch' ? tickLength * scale : bbox.height))
      ctx.stroke()
    }
  })
}

type NameOptions = {
  colour: Colours
  font: string
  /** The end of the whole x axis. */
  xEnd: number
}

/**
 * Names the marks, over the grid, which would strike the names through: epochs in a line at the top, the first of them
 * with the word, pauses and rewinds in one below, each as far as there is room.
 */
export function nameMarks(plot: uPlot, marks: readonly Mark[], { colour, font, xEnd }: NameOptions): void {
  const { ctx } = plot
  const every = everyNamed(plot, marks)
  const { min = 0, max = 0 } = plot.scales.x ?? {}
  // A pause that is only just beginning may lie after the end of the axis, but not after that of a zoomed view.
  const until = (max ?? 0) < xEnd ? (max ?? 0) : Infinity
  const inView = marks.filter(({ from }) => from >= (min ?? 0) && from <= until)
  const pauses = inView.filter((mark) => mark.kind !== 'epoch').sort((a, b) => a.from - b.from)
  const epochs = inView.filter((mark) => mark.kind === 'epoch').filter(({ epoch }) => epoch % every === 0)
  const named = pauses.map(({ label, detail }) => (detail === undefined ? [label] : [`${label} ${detail}`, label]))
  const numbered = epochs.map(({ epoch }, at) => (at === 0 ? [`${t('common.epoch')} ${epoch}`] : [String(epoch)]))
  within(plot, () => {
    ctx.font = font.replace('12px', `${11 * devicePixelRatio}px`)
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    nameLine(plot, epochs, numbered, { top: 2, colour, mayPrecede: false })
    nameLine(plot, pauses, named, { top: 2 + lineHeight, colour, mayPrecede: true })
  })
}

type LineOptions = { top: number; colour: Colours; mayPrecede: boolean }

function nameLine(
  plot: uPlot,
  marks: readonly { kind: Mark['kind']; from: number; to?: number }[],
  texts: readonly string[][],
  { top: offset, colour, mayPrecede }: LineOptions,
): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const top = bbox.top + offset * scale
  const names = placeNames(
    marks.map(({ from, to }, at) => ({
      at: placeOf(plot, from),
      until: to === undefined ? undefined : placeOf(plot, to),
      texts: texts[at] ?? [],
    })),
    {
      from: bbox.left,
      to: bbox.left + bbox.width,
      gap: labelGap * scale,
      widthOf: (text) => ctx.measureText(text).width,
      mayPrecede,
    },
  )
  for (const [at, name] of names.entries()) {
    if (name === null) continue
    const { kind = 'epoch', from = 0, to } = marks[at] ?? {}
    ctx.fillStyle = colour(to === undefined || name.left < placeOf(plot, from) ? '--surface' : '--sunken')
    ctx.fillRect(name.left - scale, top - scale, name.width + 2 * scale, lineHeight * scale)
    ctx.fillStyle = colour(nameColours[kind])
    ctx.fillText(name.text, name.left, top)
  }
}

/** Which epochs are named: each, or each so many. */
const everyNamed = (plot: uPlot, marks: readonly Mark[]): number => namedEvery(spaceOf(plot, marks), labelSpace)

/** CSS pixels between two epochs. */
function spaceOf(plot: uPlot, marks: readonly Mark[]): number {
  const [first, second] = marks.filter(({ kind }) => kind === 'epoch')
  const pixels = first && second ? Math.abs(placeOf(plot, second.from) - placeOf(plot, first.from)) : plot.bbox.width
  return pixels / devicePixelRatio
}

/** Where x is, in canvas pixels, so that a line there is sharp. */
const placeOf = (plot: uPlot, x: number): number => Math.round(plot.valToPos(x, 'x', true)) + 0.5

/** Draws on the plotting area alone. */
function within({ ctx, bbox }: uPlot, draw: () => void): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}

/** The stretches without values, in canvas pixels: there the curve is interrupted. */
export function gapsOf(plot: uPlot, marks: readonly Mark[]): [number, number][] {
  return marks.flatMap((mark): [number, number][] => {
    if (mark.kind === 'epoch' || mark.to === undefined) return []
    return [[plot.valToPos(mark.from, 'x', true), plot.valToPos(mark.to, 'x', true)]]
  })
}
