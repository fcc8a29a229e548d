import type { Context } from 'hono'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'
import type { AppEnv } from './env.ts'

const name = 'stellwerk'
/** `__Host-`: only this host has set it, over HTTPS. Strict: no other site has the browser send it. */
const attributes = { prefix: 'host', httpOnly: true, secure: true, sameSite: 'Strict' } as const

/** What the session's cookie says; `null` when there is none whose signature holds. */
export async function readSessionCookie(c: Context<AppEnv>, secret: string): Promise<string | null> {
  return (await getSignedCookie(c, secret, name, 'host')) || null
}

/** Whether the request brings a session's cookie, good or not. */
export const bringsSessionCookie = (c: Context): boolean => c.req.header('Cookie')?.includes(`__Host-${name}=`) ?? false

export function setSessionCookie(c: Context<AppEnv>, value: string, secret: string, maxAgeS: number): Promise<void> {
  return setSignedCookie(c, name, value, secret, { ...attributes, maxAge: maxAgeS })
}

export const deleteSessionCookie = (c: Context) => deleteCookie(c, name, attributes)
