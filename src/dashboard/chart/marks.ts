import type uPlot from 'uplot'
import type { Mark } from './types.ts'

/** CSS pixels between two epochs whose marks can still be told apart, and between two that can be named. */
const markSpace = 6
const labelSpace = 44

/** CSS pixels of an epoch's mark where lines from top to bottom would be taken for a grid. */
const tickLength = 6

/** Draws the marks under the curves: epochs as thin lines, pauses as dashed lines or as empty stretches. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], colour: (token: string) => string, font: string): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  const epochs = marks.filter(({ kind }) => kind === 'epoch')
  const place = (x: number) => Math.round(plot.valToPos(x, 'x', true)) + 0.5
  const space =
    (epochs.length > 1 ? Math.abs(place(epochs[1]?.from ?? 0) - place(epochs[0]?.from ?? 0)) : bbox.width) / scale
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.font = font.replace('12px', `${11 * scale}px`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  for (const mark of marks) {
    if (mark.kind === 'epoch' && space < markSpace) continue
    const length = mark.kind === 'epoch' && space < labelSpace ? tickLength * scale : bbox.height
    const from = place(mark.from)
    if (mark.to !== undefined) {
      ctx.fillStyle = colour('--sunken')
      ctx.fillRect(from, bbox.top, place(mark.to) - from, bbox.height)
    } else {
      ctx.strokeStyle = colour(mark.kind === 'pause' ? '--state-paused' : length < bbox.height ? '--edge' : '--line')
      ctx.lineWidth = scale
      ctx.setLineDash(mark.kind === 'pause' ? [4 * scale, 4 * scale] : [])
      ctx.beginPath()
      ctx.moveTo(from, bbox.top)
      ctx.lineTo(from, bbox.top + length)
      ctx.stroke()
    }
    const named = mark.label !== undefined && (mark.kind === 'pause' || space >= labelSpace)
    if (!named) continue
    ctx.fillStyle = colour(mark.kind === 'pause' ? '--state-paused' : '--quiet')
    ctx.fillText(mark.label ?? '', from + 4 * scale, bbox.top + 2 * scale)
  }
  ctx.restore()
}

/** The stretches without values, in canvas pixels: there the curve is interrupted. */
export function gapsOf(plot: uPlot, marks: readonly Mark[]): [number, number][] {
  return marks.flatMap(({ from, to }) =>
    to === undefined ? [] : [[plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)] as [number, number]],
  )
}
