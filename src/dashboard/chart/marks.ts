import type uPlot from 'uplot'
import type { Mark } from './types.ts'

/** CSS pixels between two epochs whose marks can still be told apart, and between two that can be named. */
const markSpace = 6
const labelSpace = 44

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

/** Names the marks, over the grid, which would strike the names through. */
export function nameMarks(plot: uPlot, marks: readonly Mark[], colour: Colours, font: string): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const space = spaceOf(plot, marks)
  within(plot, () => {
    ctx.font = font.replace('12px', `${11 * scale}px`)
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    for (const { kind, label, from, to } of marks) {
      if (label === undefined || (kind === 'epoch' && space < labelSpace)) continue
      const [left, top] = [placeOf(plot, from) + 4 * scale, bbox.top + 2 * scale]
      ctx.fillStyle = colour(to === undefined ? '--surface' : '--sunken')
      ctx.fillRect(left - scale, top - scale, ctx.measureText(label).width + 2 * scale, 13 * scale)
      ctx.fillStyle = colour(kind === 'pause' ? '--state-paused' : '--quiet')
      ctx.fillText(label, left, top)
    }
  })
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
