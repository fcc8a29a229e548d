import { request } from 'node:http'
import { networkInterfaces } from 'node:os'

/**
 * Whether a local server lets in somebody who is not on this machine, or a page of another site. It is asked as they
 * would ask: from each of the machine's other addresses, by a neighbour who says to be here, which no header proves or
 * disproves; and by a name that is not localhost.
 */
export async function letsStrangersIn(port: number): Promise<boolean> {
  const neighbours = addressesOfThisMachine().map((address) =>
    statusOf(port, address, { Host: `localhost:${port}`, 'CF-Connecting-IP': '127.0.0.1' }),
  )
  const page = statusOf(port, 'localhost', { Host: `page.invalid:${port}` })
  return (await Promise.all([...neighbours, page])).includes(200)
}

/** Those by which others can reach it. */
function addressesOfThisMachine(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal }) => !internal)
      .map(({ address, scopeid }) => (scopeid ? `${address}%${name}` : address)),
  )
}

/** Milliseconds after which an address that does not answer is taken for unreachable: a packet filter may drop it. */
const ANSWER_MS = 2_000

/** What `GET /session` answers there; `null` when nobody does. */
function statusOf(port: number, host: string, headers: Record<string, string>): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const signal = AbortSignal.timeout(ANSWER_MS)
  request({ host, port, path: '/session', headers, signal, agent: false }, (response) => {
    response.resume()
    resolve(response.statusCode ?? null)
  })
    .on('error', () => resolve(null))
    .end()
  return promise
}
