import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './http/env.ts'
import { handleNotFound } from './http/errors.ts'

/** What the page to sign in on is made of: it is for those who are not let in yet, and tells them nothing. */
const signInFiles = /^\/(sign-in(\/[\w.-]+)?|icon\.svg)$/

/** Gives everybody the page to sign in on: by its files, and instead of a page that is not for him. */
export const offerSignIn = createMiddleware<AppEnv>(async (c, next) => {
  if (signInFiles.test(c.req.path)) return answerPage(c)
  await next()
  if (c.res.status === 401 && isPageView(c)) {
    const page = await c.env.ASSETS.fetch(new URL('/sign-in', c.req.url))
    c.res = new Response(page.body, { status: 401, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  }
  return
})

const isPageView = (c: Context): boolean =>
  c.req.method === 'GET' && !c.req.path.startsWith('/api/') && (c.req.header('Accept') ?? '').includes('text/html')

/** Answers what no route has: a page out of the static files, or 404. */
export async function answerPage(c: Context<AppEnv>): Promise<Response> {
  if (!/^(GET|HEAD)$/.test(c.req.method) || c.req.path.startsWith('/api/')) return handleNotFound(c)
  if (c.req.path === '/') return c.redirect('/docs')
  const page = await c.env.ASSETS.fetch(c.req.raw)
  if (page.status === 404) return handleNotFound(c)
  const answer = c.newResponse(page.body, page)
  answer.headers.set('Cache-Control', 'private, no-cache')
  return answer
}
