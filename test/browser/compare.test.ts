import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMPARED_JOBS_MAX } from '../../src/dashboard/platform/limits.ts'
import { pointsOf, seen, signInAt } from './actions.ts'
import { Reporter } from './reporter.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '20' } })
const steps = Array.from({ length: 20 }, (_, step) => step)
const ids: string[] = []

beforeAll(async () => {
  const { token } = await at.service.token('runner', 'compare')
  for (let n = 0; n < COMPARED_JOBS_MAX + 1; n++) {
    const runner = new Reporter(at.service, token, `gpu-${n}`)
    const params = { seed: String(10 + n), schedule: n % 2 === 0 ? 'linear' : 'cosine' }
    ids.push(await runner.begin({ name: `Lauf ${n}`, batch_size: 8 * (1 + (n % 2)), params }))
    await runner.report(steps, (step) => ({ eval_loss: (1 + n) / (1 + step), grad_norm: 10 - step / 4 - n / 10 }))
    if (n > 0) {
      await runner.finish('failed')
      continue
    }
    await runner.finish('released')
    const second = new Reporter(at.service, token, 'gpu-b')
    await second.claim()
    await second.report(steps.slice(0, 10), (step) => ({ eval_loss: 3 / (1 + step), grad_norm: 1 }))
  }
})

async function open(jobs: readonly string[], more: Record<string, string> = {}): Promise<Page> {
  const { page } = await at.visit({ expects: [/status of 401/] })
  const query = new URLSearchParams([...jobs.map((id) => ['job', id]), ...Object.entries(more)])
  await signInAt(page, `/compare?${query}`, at.service.admin)
  return page
}

const figure = (page: Page, name: string) => page.getByRole('figure', { name })
const legend = (page: Page) => page.getByRole('list', { name: t('common.legend') }).getByRole('listitem')

describe('a comparison', () => {
  test('takes ten jobs, whose curves differ without their colours, and says that an eleventh is left out', async () => {
    const page = await open(ids)
    await seen(page.getByText(t('compare.tooMany', { count: 1, max: COMPARED_JOBS_MAX })))
    await expect.poll(() => legend(page).count()).toBe(COMPARED_JOBS_MAX)
    const dashes = () =>
      legend(page)
        .locator('.line-swatch path')
        .evaluateAll((paths) => new Set(paths.map((path) => path.getAttribute('stroke-dasharray'))).size)
    await expect.poll(dashes).toBe(COMPARED_JOBS_MAX)
  })

  test('shows any metric that the jobs have reported, and the address keeps it', async () => {
    const page = await open(ids.slice(1, 3))
    const other = page.getByLabel(t('comparison.other'))
    await other.selectOption('grad_norm')
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(steps.length)
    await seen(legend(page).filter({ hasText: 'Lauf 1' }).getByText('5,15'))
    await page.reload()
    await expect.poll(() => pointsOf(figure(page, 'grad_norm'))).toBe(steps.length)
    await page.getByRole('radio', { name: t('compare.val_loss') }).check()
    await seen(figure(page, t('compare.val_loss')))
    expect(new URL(page.url()).searchParams.has('curve')).toBe(false)
  })

  test('tells the attempts at a job apart, what was superseded included', async () => {
    const page = await open(ids.slice(0, 2))
    await expect.poll(() => legend(page).count()).toBe(2)
    await page.getByLabel(t('comparison.apart')).check()
    await expect.poll(() => legend(page).count()).toBe(3)
    const first = legend(page).filter({
      hasText: t('comparison.attempt', { name: 'Lauf 0', number: 1, runner: 'gpu-0' }),
    })
    const second = legend(page).filter({
      hasText: t('comparison.attempt', { name: 'Lauf 0', number: 2, runner: 'gpu-b' }),
    })
    await seen(first.getByText('0,0500'))
    await seen(second.getByText('0,3000'))
    // A job is removed with its curves.
    await page.getByRole('button', { name: t('compare.remove', { name: 'Lauf 0' }) }).click()
    await expect.poll(() => new URL(page.url()).searchParams.getAll('job')).toEqual([ids[1]])
  })
})
