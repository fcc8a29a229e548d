import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { ModelVersion } from '../../src/models/version.ts'
import { seen, signInAt } from './actions.ts'
import { axeFindings, stickingOut } from './inspect.ts'
import { Runner } from './speaking-runner.ts'
import { documents } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'empty' })
const signedOut = [/status of 401/]

const ofBayern = documents.filter(({ bundesland }) => bundesland === 'BY')

/** Trains a version with a runner. */
async function train(token: string, name: string, weights: string, f1: number): Promise<void> {
  const id = await at.service.create({ name, trainer: 'runner' })
  const runner = new Runner(at.service, token, 'gpu-1')
  await runner.begin()
  const metrics = { eval_f1: f1, exact_match: f1 / 2, loss: 1 - f1, 'system/gpu': 0.5 }
  await runner.report({
    points: [
      { step: 1, metrics: { ...metrics, exact_match: 0.9 } },
      { step: 2, metrics },
    ],
  })
  await runner.upload('model/weights.bin', weights)
  await runner.upload('model/config.json', '{"layers": 12}', 'application/json')
  await runner.finish('completed')
  await at.service.untilStatus(id, 'completed')
}

let versions: ModelVersion[]
beforeAll(async () => {
  await at.service.register(documents)
  const { token } = await at.service.token('runner')
  await train(token, 'Erster', 'a', 0.5)
  await at.service.register(ofBayern.map((document) => ({ ...document, training_allowed: false })))
  await train(token, 'Zweiter', 'a', 0.625)
  versions = await at.service.models()
})

const details = async (page: Page, version: string) => {
  const button = page.getByRole('button', { name: new RegExp(`^${t('version.details')}.*${version}$`) })
  await button.click()
  expect(await button.getAttribute('aria-expanded')).toBe('true')
}

const rowOf = (page: Page, metric: string) =>
  page
    .getByRole('region', { name: t('version.scores') })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: metric, exact: true }) })
    .getByRole('cell')
    .allTextContents()

test('the details of a version have its scores by name, its documents then and now, and its files', async () => {
  const { page } = await at.visit({ expects: signedOut, viewport: { width: 360, height: 800 } })
  await signInAt(page, '/models?type=zeugnis', at.service.admin)
  await details(page, 'v1.0')
  await seen(page.getByRole('region', { name: t('version.scores') }))
  await expect.poll(() => rowOf(page, 'exact_match')).toEqual(['0,25', '0,9', '0,3125'])
  expect(await rowOf(page, 'system/gpu')).toEqual([])
  const withdrawn = ofBayern.filter(({ training_allowed }) => training_allowed).length
  const line = (term: string) => page.getByRole('term').filter({ hasText: term }).locator('+ dd')
  expect(await line(t('version.since')).textContent()).toBe(t('version.documents', { count: withdrawn }))
  expect(await line(t('version.atTraining')).textContent()).toContain(
    t('version.revision', { revision: versions[1]?.dataset?.revision ?? 0 }),
  )
  await seen(page.getByTitle(versions[1]?.manifest_sha256 ?? ''))
  await page.getByRole('button', { name: 'config.json', exact: true }).click()
  await seen(page.getByText('{"layers": 12}'))
  expect(await stickingOut(page)).toEqual([])
  expect(await axeFindings(page)).toEqual([])
})

test('a version says which older one has the same files, and leads to it', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/models?type=zeugnis', at.service.admin)
  await details(page, 'v2.0')
  await page.getByRole('definition').getByRole('link', { name: 'v1.0', exact: true }).click()
  await seen(page.getByText(t('models.linked')))
  expect(new URL(page.url()).searchParams.get('version')).toBe(versions[1]?.id)
})
