/** A line: its name, and its points (x > 0). */
export type Series = { name: string; points: [x: number, y: number][] }

/** One diagram: the label of y, and up to three lines. */
export type Panel = { title: string; series: Series[] }

const width = 400
const height = 280
const plot = { left: 64, right: 16, top: 44, bottom: 64 }
const style = `
  text { font: 12px system-ui, sans-serif; fill: #444 } .title { font-weight: 600; fill: #111 }
  .grid { stroke: #8884 } .line { fill: none; stroke-width: 2 }
  .s0 { stroke: #0b62c4; fill: #0b62c4 } .s1 { stroke: #8a8a8a; fill: #8a8a8a } .s2 { stroke: #c4560b; fill: #c4560b }
  .line.s0, .line.s1, .line.s2 { fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #bbb } .title { fill: #eee } .s0 { stroke: #6cb2ff; fill: #6cb2ff } .s2 { stroke: #ffa05c; fill: #ffa05c }
  }`

/** Diagrams side by side with the same logarithmic x, as an SVG for light and dark themes. */
export function chart(title: string, xTitle: string, panels: Panel[]): string {
  const whole = `0 0 ${width * panels.length} ${height}`
  const drawn = panels.map((panel, i) => `<g transform="translate(${i * width} 0)">${draw(panel, xTitle)}</g>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${whole}" role="img" aria-label="${title}">
<title>${title}</title>
<style>${style}
</style>
${drawn.join('\n')}
</svg>
`
}

function draw({ title, series }: Panel, xTitle: string): string {
  const xs = [...new Set(series.flatMap((one) => one.points.map(([x]) => x)))].sort((a, b) => a - b)
  const [first = 1, last = 10] = [xs[0], xs.at(-1)]
  const step = niceStep(Math.max(...series.flatMap((one) => one.points.map(([, y]) => y))) / 4)
  const top = step * Math.ceil(Math.max(...series.flatMap((one) => one.points.map(([, y]) => y))) / step)
  const toX = (x: number) =>
    round(plot.left + (Math.log(x / first) / Math.log(last / first)) * (width - plot.left - plot.right))
  const toY = (y: number) => round(height - plot.bottom - (y / top) * (height - plot.top - plot.bottom))
  const parts = [text(plot.left, 20, title, 'class="title"')]
  for (let y = 0; y <= top; y += step) {
    parts.push(`<path class="grid" d="M${plot.left} ${toY(y)}H${width - plot.right}"/>`)
    parts.push(text(plot.left - 8, toY(y) + 4, y.toLocaleString('en'), 'text-anchor="end"'))
  }
  for (const x of xs) {
    parts.push(text(toX(x), height - plot.bottom + 18, x.toLocaleString('en'), 'text-anchor="middle"'))
  }
  parts.push(text((plot.left + width - plot.right) / 2, height - plot.bottom + 36, xTitle, 'text-anchor="middle"'))
  series.forEach(({ name, points }, i) => {
    const at = points.map(([x, y]) => `${toX(x)} ${toY(y)}`)
    parts.push(`<path class="line s${i}" d="M${at.join('L')}"/>`)
    for (const [x, y] of points) parts.push(`<circle class="s${i}" cx="${toX(x)}" cy="${toY(y)}" r="3"/>`)
    const legendX = plot.left + i * 100
    parts.push(`<path class="line s${i}" d="M${legendX} ${height - 12}h16"/>`, text(legendX + 22, height - 8, name))
  })
  return parts.join('\n')
}

/** The smallest of 1, 2, 5, 10, 20, … that is at least `value`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)))
  return power * ([1, 2, 5].find((one) => one * power >= least) ?? 10)
}

const round = (value: number) => Math.round(value * 10) / 10
const text = (x: number, y: number, content: string, attributes = '') =>
  `<text x="${x}" y="${y}" ${attributes}>${content}</text>`
