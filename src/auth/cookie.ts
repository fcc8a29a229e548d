import type { Context } from 'hono'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'
import type { AppEnv } from './env.ts'

const name = 'stellwerk'
/** `__Host-`: set by this very host, over HTTPS. `Strict`: browsers never send it with requests from other sites. */
const attributes = { prefix: 'host', httpOnly: true, secure: true, sameSite: 'Strict' } as const

/** The value of the session cookie; `null` when there is none with a valid signature. */
export async function readSessionCookie(c: Context<AppEnv>, secret: string): Promise<string | null> {
  return (await getSignedCookie(c, secret, name, 'host')) || null
}

/** Whether the request has a session cookie, valid or not. */
export const hasSessionCookie = (c: Context): boolean => c.req.header('Cookie')?.includes(`__Host-${name}=`) ?? false

export function setSessionCookie(c: Context<AppEnv>, value: string, secret: string, maxAgeS: number): Promise<void> {
  return setSignedCookie(c, name, value, secret, { ...attributes, maxAge: maxAgeS })
}

export const deleteSessionCookie = (c: Context) => deleteCookie(c, name, attributes)
