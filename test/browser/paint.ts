import type { Locator } from 'playwright-core'

/** The number of pixels of a chart's canvas in the colour of a design token: how much of a curve is painted. */
export const paintedIn = (chart: Locator, token: `--${string}`): Promise<number> =>
  chart.locator('canvas').evaluate((element, name) => {
    const canvas = element as HTMLCanvasElement
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })
    const probe = document.createElement('span')
    probe.style.color = `var(${name})`
    document.body.appendChild(probe)
    if (copy === null) return 0
    copy.fillStyle = getComputedStyle(probe).color
    probe.remove()
    copy.fillRect(0, 0, 1, 1)
    const colour = copy.getImageData(0, 0, 1, 1).data
    copy.clearRect(0, 0, 1, 1)
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
    let painted = 0
    for (let at = 0; at < data.length; at += 4) {
      const isClose = [0, 1, 2].every((part) => Math.abs((data[at + part] ?? 0) - (colour[part] ?? 0)) < 24)
      if (isClose && (data[at + 3] ?? 0) > 200) painted++
    }
    return painted
  }, token)
