import type uPlot from 'uplot'
import { placeNames } from './names.ts'
import type { Mark } from './types.ts'

/** CSS pixels between two epochs whose marks are still distinct, and between two that can be named. */
const markSpace = 6
const labelSpace = 44

/** CSS pixels between a mark and its name, and of a line of names. */
const labelGap = 4
const lineHeight = 13

/** CSS pixels of an epoch's mark where lines from top to bottom would be taken for a grid. */
const tickLength = 6

type Colours = (token: string) => string

/** Draws the marks under grid and curves: epochs as thin lines, pauses as dashed lines or as empty stretches. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], colour: Colours): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const space = spaceOf(plot, marks)
  within(plot, () => {
    for (const mark of marks) {
      if (mark.kind === 'epoch' && space < markSpace) continue
      const length = mark.kind === 'epoch' && space < labelSpace ? tickLength * scale : bbox.height
      const from = placeOf(plot, mark.from)
      if (mark.to !== undefined) {
        ctx.fillStyle = colour('--sunken')
        ctx.fillRect(from, bbox.top, placeOf(plot, mark.to) - from, bbox.height)
        continue
      }
      ctx.strokeStyle = colour(mark.kind === 'pause' ? '--state-paused' : length < bbox.height ? '--edge' : '--line')
      ctx.lineWidth = scale
      ctx.setLineDash(mark.kind === 'pause' ? [4 * scale, 4 * scale] : [])
      ctx.beginPath()
      ctx.moveTo(from, bbox.top)
      ctx.lineTo(from, bbox.top + length)
      ctx.stroke()
    }
  })
}

/**
 * Names the marks, over the grid, which would strike the names through: epochs in a line at the top, pauses in one below,
 * each as far as there is room.
 */
export function nameMarks(plot: uPlot, marks: readonly Mark[], colour: Colours, font: string): void {
  const { ctx } = plot
  within(plot, () => {
    ctx.font = font.replace('12px', `${11 * devicePixelRatio}px`)
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    if (spaceOf(plot, marks) >= labelSpace) nameKind(plot, marks, 'epoch', colour)
    nameKind(plot, marks, 'pause', colour)
  })
}

function nameKind(plot: uPlot, marks: readonly Mark[], kind: Mark['kind'], colour: Colours): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const top = bbox.top + (kind === 'epoch' ? 2 : 2 + lineHeight) * scale
  const candidates = marks.filter((mark) => mark.kind === kind && placeOf(plot, mark.from) >= bbox.left)
  const names = placeNames(
    candidates.map(({ from, to, label = '', detail }) => ({
      at: placeOf(plot, from),
      until: to === undefined ? undefined : placeOf(plot, to),
      texts: detail === undefined ? [label] : [`${label} ${detail}`, label],
    })),
    {
      from: bbox.left,
      to: bbox.left + bbox.width,
      gap: labelGap * scale,
      widthOf: (text) => ctx.measureText(text).width,
      mayPrecede: kind === 'pause',
    },
  )
  for (const [at, name] of names.entries()) {
    if (name === null) continue
    const { from = 0, to } = candidates[at] ?? {}
    ctx.fillStyle = colour(to === undefined || name.left < placeOf(plot, from) ? '--surface' : '--sunken')
    ctx.fillRect(name.left - scale, top - scale, name.width + 2 * scale, lineHeight * scale)
    ctx.fillStyle = colour(kind === 'pause' ? '--state-paused' : '--quiet')
    ctx.fillText(name.text, name.left, top)
  }
}

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
  return marks.flatMap(({ from, to }) =>
    to === undefined ? [] : [[plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)] as [number, number]],
  )
}
