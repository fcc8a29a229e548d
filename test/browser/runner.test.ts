import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { pointsOf, seen, signInAt } from './actions.ts'
import type { Service } from './service.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '2' } })
const signedOut = [/status of 401/]

const api = '/api/v1/admin/training'
const main = (page: Page) => page.getByRole('main')
const losses = (page: Page) => page.getByRole('figure', { name: t('job.losses') })
const activity = (page: Page, text: string) => page.getByRole('listitem').getByText(text, { exact: true })
const command = (page: Page, name: string) => main(page).getByRole('button', { name })

/** A runner, which speaks for itself. */
class Runner {
  readonly name: string
  readonly #service: Service
  readonly #token: string
  #job = ''
  #jobToken = ''
  #sequence = 0

  constructor(service: Service, token: string, name: string) {
    this.#service = service
    this.#token = token
    this.name = name
  }

  /** Claims the job, as soon as it is offered, and confirms the attempt. */
  async begin(): Promise<void> {
    const claim = { runner: this.name, claim_id: crypto.randomUUID(), wait_s: 20 }
    const answer = await this.#say('/claims', this.#token, claim)
    expect(answer.status).toBe(200)
    const { job, token } = (await answer.json()) as { job: { id: string }; token: string }
    this.#job = job.id
    this.#jobToken = token
    await this.report({})
  }

  /** Reports something, or with nothing sends a heartbeat. */
  async report(content: object): Promise<void> {
    const sequence = Object.keys(content).some((part) => part !== 'acknowledged') ? { sequence: ++this.#sequence } : {}
    const answer = await this.#say(`/jobs/${this.#job}/reports`, this.#jobToken, { ...sequence, ...content })
    expect(await answer.json()).toMatchObject({ sequence: this.#sequence })
  }

  steps = (...steps: number[]): Promise<void> =>
    this.report({ points: steps.map((step) => ({ step, metrics: { loss: 1 / (1 + step) } })) })

  /** Uploads a checkpoint of one file, and registers it. */
  async save(step: number): Promise<{ step: number; path: string }> {
    const checkpoint = { step, path: `checkpoints/step-${step}` }
    const stored = await fetch(`${this.#service.origin}${api}/jobs/${this.#job}/artifacts/${checkpoint.path}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${this.#jobToken}` },
      body: 'weights',
    })
    expect(stored.status).toBe(201)
    expect((await this.#say(`/jobs/${this.#job}/checkpoints`, this.#jobToken, checkpoint)).status).toBe(200)
    return checkpoint
  }

  async finish(outcome: string, more: object = {}): Promise<void> {
    const body = { sequence: ++this.#sequence, outcome, ...more }
    expect((await this.#say(`/jobs/${this.#job}/finish`, this.#jobToken, body)).status).toBe(200)
  }

  #say(path: string, token: string, body: object): Promise<Response> {
    return fetch(this.#service.origin + api + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  }
}

test('a job of runners is shown as it is, from waiting for one to its completion by another', async () => {
  const { token } = await at.service.token('runner')
  const id = await at.service.create({ name: 'Auf dem GPU-Rechner', trainer: 'runner' })
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/jobs/${id}`, at.service.admin)
  // The log may say it, too.
  const says = (text: string) => seen(main(page).getByText(text).first())
  await says(t('runner.waiting'))
  await expect.poll(() => main(page).getByText(t('simulated.trainer')).count()).toBe(0)

  const first = new Runner(at.service, token, 'gpu-1')
  await first.begin()
  await says(t('runner.attempt', { runner: 'gpu-1', number: 1 }))
  await first.report({ total_steps: 8 })
  await first.steps(0, 1, 3, 2, 4)
  await expect.poll(() => pointsOf(losses(page)).catch(() => 0)).toBe(5)

  await command(page, t('job.pause')).click()
  await says(t('runner.pause'))
  await seen(page.getByText(t('job.pauseRequested', { name: 'Auf dem GPU-Rechner' })))
  await seen(command(page, t('job.resume')))
  await first.report({ acknowledged: 1 })
  await says(t('runner.seen'))
  await first.finish('paused', { checkpoint: await first.save(2) })
  await expect.poll(() => main(page).getByText(t('runner.pause')).count()).toBe(0)
  await seen(main(page).locator('.badge').getByText(t('common.paused')))

  await command(page, t('job.resume')).click()
  await says(t('runner.waiting'))
  const second = new Runner(at.service, token, 'gpu-2')
  await second.begin()
  await says(t('runner.attempt', { runner: 'gpu-2', number: 2 }))
  await expect.poll(() => pointsOf(losses(page))).toBe(3)
  await second.steps(3, 4, 5)
  await expect.poll(() => pointsOf(losses(page))).toBe(6)
  const other = await page.context().newPage()
  await other.goto(`/jobs/${id}`)
  await expect.poll(() => pointsOf(losses(other)).catch(() => 0)).toBe(6)
  await second.finish('completed')
  await seen(main(page).locator('.badge').getByText(t('common.completed')))
  for (const event of [
    'offered',
    'claimed',
    'confirmed',
    'requested',
    'request_seen',
    'finished',
    'rewound',
  ] as const) {
    await seen(activity(page, t(`runner.event-${event}`)).first())
  }
})
