import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { isModelType, nameOwner, type RegisteredName, registeredNames } from '../../models/registered-names.ts'
import { PAGE_MAX, REGISTERED_NAMES_MAX, REGISTRY_TAGS_MAX } from '../../platform/limits.ts'
import { ownJob } from './asker.ts'
import { bodyOf, queryOf } from './body.ts'
import { alreadyExists, invalidParameter } from './errors.ts'
import { among, answerOf, questionIn, type Searched } from './find.ts'
import {
  changeableIn,
  forAdmins,
  forOwnNames,
  forPeople,
  nameIn,
  noName,
  type OpenRuns,
  registeredIn,
  verifiedRuns,
} from './registry-asker.ts'
import { descriptionIn, stageOf, tagIn, tagsIn } from './registry-fields.ts'
import { nameShown, versionShown } from './registry-shown.ts'

type C = Context<AppEnv>

const searched: Searched<RegisteredName> = {
  attributes: {
    name: ({ name }) => name,
    creation_timestamp: ({ createdMs }) => createdMs,
    last_updated_timestamp: ({ updatedMs }) => updatedMs,
  },
  numbers: ['creation_timestamp', 'last_updated_timestamp'],
  tag: ({ tags }, key) => tags.find(([one]) => one === key)?.[1],
}

/** The newest versions of a name that may be shown. */
async function newestOf(c: C, name: string, open: OpenRuns): Promise<NamedVersion[]> {
  const versions = await namedVersions(c.env.DB).ofName(name, Number.MAX_SAFE_INTEGER, PAGE_MAX)
  return versions.filter(({ jobId }) => open === null || open.has(jobId))
}

/** The first of these versions at each stage. */
const firstAtStages = (versions: readonly NamedVersion[]): NamedVersion[] =>
  versions.filter(({ stage }, i) => versions.findIndex((one) => one.stage === stage) === i)

/** A name with the latest version at each stage, without those that running jobs will have. */
async function shown(c: C, name: RegisteredName, open: OpenRuns) {
  const versions = await newestOf(c, name.name, open)
  return nameShown(name, firstAtStages(versions.filter(({ isReserved }) => !isReserved)))
}

/** Names under which versions are registered. */
export const registeredModels = new Hono<AppEnv>()
  .post('/registered-models/create', async (c) => {
    await verifiedRuns(c)
    const fields = await bodyOf(c)
    const name = nameIn(fields)
    const fresh = { name, jobId: ownJob(c), description: descriptionIn(fields), tags: tagsIn(fields) }
    const refusal = isModelType(name) ? 'exists' : await registeredNames(c.env.DB).create(fresh, Date.now())
    if (refusal === 'exists') throw alreadyExists(`Registered Model (name=${name}) already exists.`)
    if (refusal === 'too_many') throw invalidParameter(`There are at most ${REGISTERED_NAMES_MAX} names`)
    return c.json({ registered_model: nameShown(await registeredIn(c, fields), []) })
  })
  .get('/registered-models/get', async (c) => {
    const open = await verifiedRuns(c)
    return c.json({ registered_model: await shown(c, await registeredIn(c, queryOf(c)), open) })
  })
  .get('/registered-models/search', async (c) => {
    const open = await verifiedRuns(c)
    const question = questionIn(queryOf(c), searched, undefined, PAGE_MAX)
    const { rows, more } = await answerOf(question, among(await registeredNames(c.env.DB).all()))
    const latest = ({ latest: one }: RegisteredName) =>
      one !== null && (open === null || open.has(one.jobId)) ? [one] : []
    return c.json({ registered_models: rows.map((row) => nameShown(row, latest(row))), ...more })
  })
  .on(['GET', 'POST'], '/registered-models/get-latest-versions', async (c) => {
    const open = await verifiedRuns(c)
    const fields = c.req.method === 'GET' ? queryOf(c) : await bodyOf(c)
    const { name } = await registeredIn(c, fields)
    const stages = fields.texts('stages').map(stageOf)
    const versions = await newestOf(c, name, open)
    const wanted = versions.filter(({ stage }) => stages.length === 0 || stages.includes(stage))
    return c.json({ model_versions: firstAtStages(wanted).map(versionShown) })
  })
  .patch('/registered-models/update', async (c) => {
    const fields = await bodyOf(c)
    const { name } = await changeableIn(c, fields)
    await registeredNames(c.env.DB).describe(name, descriptionIn(fields), Date.now())
    return c.json({ registered_model: await shown(c, await registeredIn(c, fields), null) })
  })
  .post('/registered-models/rename', async (c) => {
    await forPeople(c)
    const fields = await bodyOf(c)
    const { name } = await registeredIn(c, fields)
    const to = nameIn(fields, 'new_name')
    forOwnNames(name, 'renamed')
    const names = registeredNames(c.env.DB)
    if (!(await names.rename(name, to, Date.now())))
      throw alreadyExists(`Registered Model (name=${to}) already exists.`)
    const renamed = await names.find(to)
    if (renamed === null) throw noName(to)
    return c.json({ registered_model: await shown(c, renamed, null) })
  })
  .delete('/registered-models/delete', async (c) => {
    await forAdmins(c, 'Deletion')
    const { name } = await registeredIn(c, await bodyOf(c))
    forOwnNames(name, 'deleted')
    await registeredNames(c.env.DB).remove(name)
    return c.json({})
  })
  .post('/registered-models/set-tag', async (c) => {
    const fields = await bodyOf(c)
    const { name } = await changeableIn(c, fields)
    const [key, value] = tagIn(fields)
    const isSet = await namedVersions(c.env.DB).setTag(nameOwner(name), key, value)
    if (!isSet) throw invalidParameter(`A name has at most ${REGISTRY_TAGS_MAX} tags`)
    return c.json({})
  })
  .delete('/registered-models/delete-tag', async (c) => {
    await forPeople(c)
    const fields = await bodyOf(c)
    const { name } = await registeredIn(c, fields)
    await namedVersions(c.env.DB).deleteTag(nameOwner(name), fields.text('key'))
    return c.json({})
  })
