import type { Browser, CDPSession } from 'playwright-core'

/** The browser's one SharedWorker, over Chromium's debugging protocol: playwright does not know SharedWorkers. */
export class SharedWorkerSession {
  readonly #browser: CDPSession
  readonly #sessionId: string
  #lastId = 0

  private constructor(browser: CDPSession, sessionId: string) {
    this.#browser = browser
    this.#sessionId = sessionId
  }

  static async attach(browser: Browser): Promise<SharedWorkerSession> {
    const session = await browser.newBrowserCDPSession()
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] })
    const [worker] = targetInfos
    if (worker === undefined || targetInfos.length > 1) throw new Error(`There are ${targetInfos.length} SharedWorkers`)
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false })
    return new SharedWorkerSession(session, sessionId)
  }

  async send<Result>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.#lastId
    const answer = Promise.withResolvers<Result>()
    const hear = ({ message }: { message: string }) => {
      const said = JSON.parse(message)
      if (said.id === id) answer.resolve(said.result)
    }
    this.#browser.on('Target.receivedMessageFromTarget', hear)
    const message = JSON.stringify({ id, method, params })
    await this.#browser.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message })
    const result = await answer.promise
    this.#browser.off('Target.receivedMessageFromTarget', hear)
    return result
  }

  detach = (): Promise<void> => this.#browser.detach()
}

/**
 * Makes long timers of the SharedWorker fire at once: unlike a page's clock, its clock cannot be set.
 *
 * @param fromMs timers of at least this many milliseconds take a thousandth of that
 */
export async function shortenTimers(browser: Browser, fromMs: number): Promise<void> {
  const worker = await SharedWorkerSession.attach(browser)
  const expression = `{
    const { setTimeout } = globalThis
    globalThis.setTimeout = (call, ms, ...rest) => setTimeout(call, ms >= ${fromMs} ? ms / 1_000 : ms, ...rest)
  }`
  await worker.send('Runtime.evaluate', { expression })
  await worker.detach()
}
