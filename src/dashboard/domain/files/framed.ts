/**
 * What a frame shows of a file that somebody has uploaded, for an `<iframe sandbox="">`: there it has no origin, no scripts, no
 * forms and no links to elsewhere. The page's policy applies to it, too: no styles of its own. This one adds that not even an
 * image is asked for from anywhere.
 */
const policy = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:">`

/** The document of an HTML file. */
export const framedHtml = (html: string): string => policy + html

/** The document that shows an SVG file: as an image, in which nothing is run or loaded either, with its own styles. */
export const framedSvg = (svg: string): string =>
  `${policy}<img width="100%" alt="" src="data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}">`
