import type { Context } from 'hono'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from '../auth/env.ts'
import { handleNotFound } from '../http/errors.ts'

/** The paths at which the dashboard is: one document, which shows what its address says. */
export const dashboardPaths = ['/', '/jobs', '/jobs/:id', '/compare', '/models', '/dataset', '/ocr', '/tokens']

/** What the dashboard is made of, also for who has to sign in on it first: it tells him nothing. */
const publicFiles = /^\/(dashboard\/[\w.-]+|theme\.js|icon\.svg)$/

/** Names that carry the hash of their content never change what they stand for. */
const namedByContent = /^\/dashboard\//

/**
 * Gives everybody what the dashboard is made of; and who looks for a page and is not let in, or finds none there, the
 * dashboard, which has him sign in or says so. The status stays.
 */
export const offerSignIn = createMiddleware<AppEnv>(async (c, next) => {
  if (publicFiles.test(c.req.path)) return answerFile(c)
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

/** The dashboard at all its paths. */
export const pages = new Hono<AppEnv>()
for (const path of dashboardPaths) {
  pages.get(path, async (c) => {
    const page = await fetchDashboard(c)
    const answer = c.newResponse(page.body, page)
    answer.headers.set('Cache-Control', 'private, no-cache')
    return answer
  })
}

const fetchDashboard = (c: Context<AppEnv>) => c.env.ASSETS.fetch(new URL('/', c.req.url))

/** Answers what no route has: a static file, or 404. */
export async function answerFile(c: Context<AppEnv>): Promise<Response> {
  if (!/^(GET|HEAD)$/.test(c.req.method) || c.req.path.startsWith('/api/')) return handleNotFound(c)
  const file = await c.env.ASSETS.fetch(c.req.raw)
  if (file.status === 404) return handleNotFound(c)
  const answer = c.newResponse(file.body, file)
  answer.headers.set('Cache-Control', cachingOf(c.req.path))
  return answer
}

const cachingOf = (path: string) =>
  namedByContent.test(path) ? 'public, max-age=31536000, immutable' : 'private, no-cache'
