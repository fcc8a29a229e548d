import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'

/** Pages load only files of this origin, and contain no inline scripts or styles. */
const headersOfPages = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // Images of jobs, which the page fetches: their own addresses are downloads.
    imgSrc: ["'self'", 'data:', 'blob:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'"],
    manifestSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  strictTransportSecurity: 'max-age=31536000',
  xFrameOptions: 'DENY',
})

/** What somebody has uploaded may do nothing at all, should a browser ever show it. */
const UNTRUSTED_CSP = "default-src 'none'; sandbox"

/** Security headers for every response. `isUntrusted`: its body comes from somebody else. */
export const securityHeaders = createMiddleware<{ Variables: { isUntrusted?: boolean } }>(async (c, next) => {
  await headersOfPages(c, next)
  if (c.get('isUntrusted')) c.res.headers.set('Content-Security-Policy', UNTRUSTED_CSP)
})

/** Keeps shared caches from storing answers, which depend on the caller; browsers must revalidate theirs. */
export const noSharedCache = createMiddleware(async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'private, no-cache')
})
