import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seen, signInAt, signInDialog } from './actions.ts'
import { inspect } from './looks.ts'
import { t } from './texts.ts'
import { emptyViews, livedInViews, present, specialViews, type View } from './views.ts'
import { atService, keepPictures, leave, type Visitor } from './visit.ts'

/** A signed-in browser, and its findings on a view. */
function tourOf(at: ReturnType<typeof atService>, state: string) {
  let visitor: Visitor
  let ids: Map<string, string>
  beforeAll(async () => {
    visitor = await at.visitForAll({ expects: [/status of 40[14]/] })
    ids = new Map((await at.service.jobs()).map(({ name, id }) => [name, id]))
    await visitor.page.setViewportSize({ width: 1440, height: 900 })
    await signInAt(visitor.page, '/', at.service.admin)
  })
  afterAll(() => leave(visitor))
  return async ({ name, path, arrive }: View) => {
    const { page } = visitor
    try {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(path.replaceAll(/\{(.+?)\}/g, (_, job) => ids.get(job) ?? job))
      await arrive(page)
      await expect.poll(() => page.getByText(t('common.loading'), { exact: true }).count()).toBe(0)
    } catch (error) {
      await keepPictures(visitor, `tour of ${name}`)
      throw error
    }
    return inspect(page, `${state}-${name}`, !specialViews.some((view) => view.name === name))
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

  test.each(livedInViews)(
    '$name: axe finds nothing, nothing overflows or overlaps another text, in both themes, wide and narrow',
    async (view) => {
      expect(await look(view)).toEqual({})
    },
  )

  test.each(specialViews)(
    '$name: axe finds nothing, nothing overflows or overlaps another text, in both themes, wide and narrow',
    async (view) => {
      expect(await look(view)).toEqual({})
    },
  )

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
  const look = tourOf(atService({ state: 'empty' }), 'empty')

  test.each(emptyViews)(
    '$name: axe finds nothing, nothing overflows or overlaps another text, in both themes, wide and narrow',
    async (view) => {
      expect(await look(view)).toEqual({})
    },
  )
})
