import type uPlot from 'uplot'
import { formatNumber } from '../i18n/format.ts'
import type { Curve, Values } from './types.ts'

/** CSS pixels between two marks that are still distinct, of a mark, and of a line of them. */
const markSpace = 8
const markSize = 4
const lineHeight = 14

type Look = { colour: (token: string) => string; font: string }

/**
 * Marks where a curve is not finite: a cross at the bottom for NaN, a triangle at the edge that it left by for ±∞, in the
 * curve's colour; the first of each row of them with its name.
 */
export function drawNotFinite(plot: uPlot, curves: readonly Curve[], values: readonly Values[], look: Look): void {
  const [from, to] = plot.series[0]?.idxs ?? [0, -1]
  let line = 0
  for (const [at, curve] of curves.entries()) {
    if (curve.isRaw) continue
    const isDrawn = drawOf(plot, values[at] ?? [], [from, to], { ...look, line, token: curve.colour })
    if (isDrawn) line++
  }
}

/** @returns whether there was any */
function drawOf(
  plot: uPlot,
  values: Values,
  [from, to]: readonly [number, number],
  { colour, font, line, token }: Look & { line: number; token: string },
): boolean {
  const { ctx, bbox, data } = plot
  const scale = devicePixelRatio
  const bottom = bbox.top + bbox.height - (line + 0.6) * lineHeight * scale
  const top = bbox.top + (line + 0.6) * lineHeight * scale
  let lastAt = -Infinity
  let namedTo = -Infinity
  ctx.save()
  ctx.font = font.replace('12px', `${11 * scale}px`)
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  for (let index = from; index <= to; index++) {
    const value = values[index] ?? null
    if (value === null || Number.isFinite(value)) continue
    const x = plot.valToPos(data[0]?.[index] ?? 0, 'x', true)
    if (x - lastAt < markSpace * scale) continue
    lastAt = x
    const y = value === Infinity ? top : bottom
    ctx.strokeStyle = ctx.fillStyle = colour(token)
    ctx.lineWidth = 1.75 * scale
    ctx.setLineDash([])
    drawSign(ctx, x, y, value, markSize * scale)
    const name = formatNumber(value)
    const left = x + 2 * markSize * scale
    const width = ctx.measureText(name).width
    if (left < namedTo || left + width > bbox.left + bbox.width) continue
    ctx.fillStyle = colour('--surface')
    ctx.fillRect(left - scale, y - (lineHeight / 2) * scale, width + 2 * scale, lineHeight * scale)
    ctx.fillStyle = colour('--ink')
    ctx.fillText(name, left, y)
    namedTo = left + 4 * width
    // No mark in the name.
    lastAt = left + width
  }
  ctx.restore()
  return lastAt !== -Infinity
}

function drawSign(ctx: CanvasRenderingContext2D, x: number, y: number, value: number, size: number): void {
  ctx.beginPath()
  if (Number.isNaN(value)) {
    ctx.moveTo(x - size, y - size)
    ctx.lineTo(x + size, y + size)
    ctx.moveTo(x + size, y - size)
    ctx.lineTo(x - size, y + size)
    ctx.stroke()
    return
  }
  const tip = value > 0 ? -size : size
  ctx.moveTo(x, y + tip)
  ctx.lineTo(x + size, y - tip)
  ctx.lineTo(x - size, y - tip)
  ctx.fill()
}
