import { inject } from 'vitest'
import { checkerOf, readDocument } from '../document.ts'

const baseUrl = inject('baseUrl')

/** The service's own document. */
export const document = readDocument(await (await fetch(`${baseUrl}/openapi.json`)).text())

const checker = checkerOf(document)

/** Throws when the value does not fit the schema. */
export const fits = checker.fits

/** Throws when the answer does not fit the document; ignores a stream's events. */
export async function checkAnswer(method: string, url: URL, response: Response): Promise<void> {
  if (url.origin !== new URL(baseUrl).origin || isUndescribed(url)) return
  const { status, headers } = response
  const isEmpty = method === 'HEAD' || response.body === null
  const isStream = headers.get('content-type')?.startsWith('text/event-stream')
  const body = isEmpty ? null : isStream ? '' : await response.clone().text()
  checker.checkAnswer(method, url.pathname, { status, headers, body })
}

/** Throws when the data of a stream's event does not fit the document. */
export const checkEvent = (url: URL, data: unknown): void => checker.checkEvent(url.pathname, data)

/** The document itself, the docs page and the redirect to it. */
const isUndescribed = ({ pathname }: URL) => /^\/(openapi\.json|docs(\/.*)?)?$/.test(pathname)
