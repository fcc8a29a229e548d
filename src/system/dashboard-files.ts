import type { Context } from 'hono'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from '../auth/env.ts'
import { handleNotFound } from '../http/errors.ts'

/** The paths of the dashboard, a single document that shows the page for its address. */
export const dashboardPaths = [
  ...['/', '/jobs', '/jobs/:id', '/compare', '/models', '/dataset', '/runners', '/ocr', '/tokens'],
  // The address of the door for MLflow, and the links that its client prints.
  ...['/mlflow', '/mlflow/'],
]

/** The dashboard's files, which contain the sign-in form, and the runner program: public, since they hold no data. */
const publicFiles = /^\/(dashboard\/[\w.-]+|theme\.js|icon\.svg|runner\.mjs)$/

/** Files whose names contain the hash of their content, which therefore never changes. */
const contentHashed = /^\/dashboard\//

/**
 * Serves the dashboard's files without a credential, and the dashboard itself for page views that are answered 401 or
 * 404: it shows the sign-in form or the error. The status is kept.
 */
export const signInFallback = createMiddleware<AppEnv>(async (c, next) => {
  if (publicFiles.test(c.req.path)) return serveAsset(c)
  await next()
  const { status } = c.res
  if ((status === 401 || status === 404) && isPageView(c)) {
    const page = await fetchDashboard(c)
    c.res = new Response(page.body, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  }
  return
})

const isPageView = (c: Context): boolean =>
  c.req.method === 'GET' && !c.req.path.startsWith('/api/') && (c.req.header('Accept') ?? '').includes('text/html')

/** Serves the dashboard at all its paths. */
export const dashboardPages = new Hono<AppEnv>()
for (const path of dashboardPaths) {
  dashboardPages.get(path, async (c) => {
    const page = await fetchDashboard(c)
    const answer = c.newResponse(page.body, page)
    answer.headers.set('Cache-Control', 'private, no-cache')
    return answer
  })
}

const fetchDashboard = (c: Context<AppEnv>) => c.env.ASSETS.fetch(new URL('/', c.req.url))

/** Answers a path without a route: with a static file, or 404. */
export async function serveAsset(c: Context<AppEnv>): Promise<Response> {
  if (!/^(GET|HEAD)$/.test(c.req.method) || c.req.path.startsWith('/api/')) return handleNotFound(c)
  const file = await c.env.ASSETS.fetch(c.req.raw)
  if (file.status === 404) return handleNotFound(c)
  const answer = c.newResponse(file.body, file)
  answer.headers.set('Cache-Control', cacheControlFor(c.req.path))
  return answer
}

const cacheControlFor = (path: string) =>
  contentHashed.test(path) ? 'public, max-age=31536000, immutable' : 'private, no-cache'
