import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { OWN_REQUEST } from './output.ts'

/**
 * Whether a local server answers other machines, or pages of other sites, without a credential. Sends the requests that
 * they would: to each of the machine's other addresses, claiming to be local, which no header can prove or disprove;
 * and with a host other than localhost.
 */
export async function isExposed(port: number): Promise<boolean> {
  const neighbours = addressesOfThisMachine().map((address) =>
    statusOf(port, address, { Host: `localhost:${port}`, 'CF-Connecting-IP': '127.0.0.1' }),
  )
  const page = statusOf(port, 'localhost', { Host: `page.invalid:${port}` })
  return (await Promise.all([...neighbours, page])).includes(200)
}

/** The addresses at which other machines can reach this one. */
function addressesOfThisMachine(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal }) => !internal)
      .map(({ address, scopeid }) => (scopeid ? `${address}%${name}` : address)),
  )
}

/** Milliseconds after which an address counts as unreachable: a packet filter may drop requests. */
const ANSWER_MS = 2_000

/** The status of `GET /session`; `null` without an answer. */
function statusOf(port: number, host: string, claims: Record<string, string>): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const signal = AbortSignal.timeout(ANSWER_MS)
  const headers = { ...claims, 'X-Request-Id': `${OWN_REQUEST}exposure` }
  request({ host, port, path: '/session', headers, signal, agent: false }, (response) => {
    response.resume()
    resolve(response.statusCode ?? null)
  })
    .on('error', () => resolve(null))
    .end()
  return promise
}
