import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seen, signInAt, signInDialog } from './actions.ts'
import { inspect } from './looks.ts'
import { t } from './texts.ts'
import { train, trained } from './trained-jobs.ts'
import { firstRunnerViews, trainedJobViews, trainedViews } from './trained-views.ts'
import { emptyViews, livedInViews, present, specialViews, type View } from './views.ts'
import { atService, keepPictures, leave, type Visitor } from './visit.ts'

const isClean = '$name: axe finds nothing, nothing overflows or overlaps another text, in both themes, wide and narrow'

/** A signed-in browser, and its findings on a view. */
function tourOf(at: ReturnType<typeof atService>, state: string) {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await at.visitForAll({ expects: [/status of 40[14]/] })
    await visitor.page.setViewportSize({ width: 1440, height: 900 })
    await signInAt(visitor.page, '/', at.service.admin)
  })
  afterAll(() => leave(visitor))
  return async ({ name, path, arrive, isTall = false, isInWindow = false }: View) => {
    const { page } = visitor
    try {
      const ids = new Map((await at.service.jobs()).map((job) => [job.name, job.id]))
      await page.setViewportSize({ width: 1440, height: isTall ? 4_000 : 900 })
      await page.goto(path.replaceAll(/\{(.+?)\}/g, (_, job) => ids.get(job) ?? job))
      await arrive(page)
      await expect.poll(() => page.getByText(t('common.loading'), { exact: true }).count()).toBe(0)
    } catch (error) {
      await keepPictures(visitor, `tour of ${name}`)
      throw error
    }
    return inspect(page, `${state}-${name}`, !isInWindow, isTall)
  }
}

describe('on a server with a history', () => {
  const at = atService({ state: 'livedIn', vars: { SIMULATION_SPEED: '4', MAX_ACTIVE_JOBS: '2' } })
  beforeAll(async () => {
    const { service } = at
    const paused = await service.create({ name: present.paused, epochs: 3 })
    await service.until(paused, ({ progress }) => progress > 3)
    await service.command(paused, 'pause')
    await service.create({ name: present.first, epochs: 100 })
    await service.create({ name: present.second, epochs: 80, model_type: 'general' })
    await service.create({ name: present.queued, epochs: 10 })
    await service.token('operator', 'Nachtlauf')
    await service.token('viewer', present.display)
    const { token } = await service.token('runner', 'Keller')
    for (const runner of [present.runner, present.gone]) await service.claim(token, { runner, labels: { gpu: 'H100' } })
    await service.claim(token, { runner: present.gone, leaving: true })
  })
  const look = tourOf(at, 'data')

  test.each(livedInViews)(isClean, async (view) => {
    expect(await look(view)).toEqual({})
  })

  test.each(specialViews)(isClean, async (view) => {
    expect(await look({ ...view, isInWindow: true })).toEqual({})
  })

  test('sign-in: axe finds nothing, nothing overflows or overlaps another text, in both themes, wide and narrow', async () => {
    const { page } = await at.visit({ expects: [/status of 401/] })
    await page.goto('/')
    await seen(signInDialog(page))
    await signInDialog(page)
      .getByRole('button', { name: t('session.signIn') })
      .click()
    await seen(signInDialog(page).getByText(t('session.emptyToken')))
    expect(await inspect(page, 'sign-in', false)).toEqual({})
    await page.keyboard.press('Escape')
    await signInDialog(page).waitFor({ state: 'hidden' })
    expect(await inspect(page, 'signed-out', false)).toEqual({})
  })
})

describe('on a new server', () => {
  const at = atService({ state: 'empty' })
  const look = tourOf(at, 'empty')

  test.each(emptyViews)(isClean, async (view) => {
    expect(await look(view)).toEqual({})
  })

  describe('whose first job waits for a runner', () => {
    beforeAll(() => at.service.create({ name: trained.waiting, trainer: 'runner' }))

    test.each(firstRunnerViews)(isClean, async (view) => {
      expect(await look(view)).toEqual({})
    })
  })
})

describe('on a server with jobs that runners train', () => {
  const at = atService({ state: 'empty', vars: { MAX_ACTIVE_JOBS: '20' } })
  let keepHeard: () => Promise<void>
  beforeAll(async () => {
    keepHeard = await train(at.service)
  })
  const look = tourOf(at, 'trained')

  test.each([...trainedJobViews, ...trainedViews])(isClean, async (view) => {
    await keepHeard()
    expect(await look(view)).toEqual({})
  })
})
