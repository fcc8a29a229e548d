import { inject } from 'vitest'
import { checkerOf, readDocument } from '../document.ts'

const baseUrl = inject('baseUrl')

/** What the service says about itself. */
export const document = readDocument(await (await fetch(`${baseUrl}/openapi.json`)).text())

const checker = checkerOf(document)

/** Throws when the value does not fit the schema. */
export const fits = checker.fits

/** Throws when the answer is not one that the document describes for the request. A stream's events are left out. */
export async function checkAnswer(method: string, url: URL, response: Response): Promise<void> {
  if (url.origin !== new URL(baseUrl).origin || isUndescribed(url)) return
  const { status, headers } = response
  const isEmpty = method === 'HEAD' || response.body === null
  const isStream = headers.get('content-type')?.startsWith('text/event-stream')
  const body = isEmpty ? null : isStream ? '' : await response.clone().text()
  checker.checkAnswer(method, url.pathname, { status, headers, body })
}

/** Throws when the data of a stream's event is not as described. */
export const checkEvent = (url: URL, data: unknown): void => checker.checkEvent(url.pathname, data)

/** The document itself, the docs page and the way to it. */
const isUndescribed = ({ pathname }: URL) => /^\/(openapi\.json|docs(\/.*)?)?$/.test(pathname)
