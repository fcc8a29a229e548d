import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { VERSIONS_PAGE } from '../../src/dashboard/platform/limits.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import { seen, signInAt } from './actions.ts'
import { past } from './states.ts'
import { t } from './texts.ts'
import { atService } from './visit.ts'

const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '500', MAX_ACTIVE_JOBS: '10' } })
const signedOut = [/status of 401/]

/** All versions of a type with more than one page of them, newest first. */
let versions: ModelVersion[]
beforeAll(async () => {
  const names = Array.from({ length: VERSIONS_PAGE + 1 }, (_, n) => `Lauf ${n}`)
  const ids = await Promise.all(names.map((name) => at.service.create({ name })))
  await Promise.all(ids.map((id) => at.service.untilStatus(id, 'completed')))
  versions = (await at.service.models()).filter(({ model_type }) => model_type === 'zeugnis')
})

const main = (page: Page) => page.getByRole('main')
const oldest = () => versions.at(-1) as ModelVersion
const newest = () => versions[0] as ModelVersion
const marked = (page: Page) => page.getByText(t('models.linked'))
const isLedTo = (page: Page) =>
  marked(page).evaluate((mark) => {
    const { top, bottom } = mark.getBoundingClientRect()
    return mark.contains(document.activeElement) && top >= 0 && bottom <= innerHeight
  })

test('a linked version is shown, marked and scrolled to, even on a later page of its type', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/models?type=zeugnis&version=${oldest().id}`, at.service.admin)
  const row = main(page)
    .getByRole('row')
    .filter({ has: marked(page) })
  await seen(row.getByText(oldest().version, { exact: true }).first())
  await seen(row.getByRole('link', { name: past.bayern }))
  await expect.poll(() => isLedTo(page)).toBe(true)
  await expect.poll(() => main(page).getByRole('row').count()).toBe(1 + VERSIONS_PAGE + 1)
  // It is not shown twice.
  await main(page)
    .getByRole('button', { name: t('common.older') })
    .click()
  await main(page)
    .getByRole('button', { name: t('common.newer') })
    .waitFor()
  await expect.poll(() => marked(page).count()).toBe(1)
  await expect
    .poll(() =>
      main(page)
        .getByRole('radio', { name: t('common.zeugnis') })
        .isChecked(),
    )
    .toBe(true)
})

test('a link to the active version scrolls to it, and choosing a type removes the mark', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, `/models?type=zeugnis&version=${newest().id}`, at.service.admin)
  await seen(marked(page))
  await expect.poll(() => isLedTo(page)).toBe(true)
  await expect
    .poll(() =>
      main(page)
        .getByRole('row')
        .filter({ has: marked(page) })
        .count(),
    )
    .toBe(0)
  await main(page).getByText(t('common.klausur'), { exact: true }).click()
  await marked(page).waitFor({ state: 'hidden' })
  expect(new URL(page.url()).search).toBe('?type=klausur')
})

test('a linked version that no longer exists is reported', async () => {
  const { page } = await at.visit({ expects: [...signedOut, /status of 404/] })
  await signInAt(page, '/models?type=klausur&version=none', at.service.admin)
  await seen(main(page).getByText(t('models.linkedGone')))
  await seen(main(page).getByRole('link', { name: past.klausur }))
})

test('a version links to the documents of the Bundesländer that it was trained on', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/models?type=klausur', at.service.admin)
  const link = main(page).getByRole('link', { name: 'Bayern' })
  await link.click()
  await expect.poll(() => page.getByLabel(t('dataset.land'), { exact: true }).inputValue()).toBe('BY')
  await seen(main(page).getByText('Werk 1 aus BY'))
})

test('a command on a version reloads only the jobs of the two versions that change places', async () => {
  const { page } = await at.visit({ expects: signedOut })
  await signInAt(page, '/models?type=zeugnis', at.service.admin)
  const named = { type: t('common.zeugnis'), version: versions[1]?.version ?? '' }
  await seen(main(page).getByRole('link', { name: /Lauf/ }).nth(VERSIONS_PAGE))
  const asked = () => at.service.front.count('GET', /\/jobs\/[\w-]+$/)
  const before = asked()
  await main(page)
    .getByRole('button', { name: t('models.activateLabel', named) })
    .click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('models.activateAction', named) })
    .click()
  await seen(page.getByText(t('models.activated', named)))
  await main(page)
    .getByRole('button', { name: t('models.activateLabel', { ...named, version: newest().version }) })
    .waitFor()
  expect(asked() - before).toBeLessThanOrEqual(2)
})

test.each(['activate', 'delete'] as const)(
  'the question before %s is asked again if the active version has changed, even to another one and back',
  async (command) => {
    const { page } = await at.visit({ expects: [...signedOut, /status of 412/] })
    await signInAt(page, '/models?type=zeugnis', at.service.admin)
    const versionOf = async (isWanted: (one: ModelVersion) => boolean) =>
      (await at.service.models()).filter((one) => one.model_type === 'zeugnis').find(isWanted) as ModelVersion
    const active = await versionOf((one) => one.is_active)
    const chosen = await versionOf((one) => !one.is_active)
    const other = await versionOf((one) => !one.is_active && one.id !== chosen.id)
    const named = { type: t('common.zeugnis'), version: chosen.version }
    await main(page)
      .getByRole('button', { name: t(`models.${command}Label`, named) })
      .click()
    const question = page.getByRole('dialog')
    const goAhead = question.getByRole('button', { name: t(`models.${command}Action`, named) })
    await seen(goAhead)
    for (const { id } of [other, active]) await at.service.activate(id)
    await goAhead.click()
    await seen(question.getByText(t('models.changedMeanwhile', { active: active.version })))
    await expect.poll(() => versionOf((one) => one.is_active)).toEqual(active)
    await goAhead.click()
    await seen(page.getByText(t(command === 'activate' ? 'models.activated' : 'models.deleted', named)))
  },
)
