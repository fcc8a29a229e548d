import { Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { isModelType, registeredNames } from '../../models/registered-names.ts'
import { registry } from '../../models/registry.ts'
import { ALIASES_PER_NAME_MAX } from '../../platform/limits.ts'
import { bodyOf, queryOf } from './body.ts'
import { invalidParameter } from './errors.ts'
import { forAdmins, forPeople, ofRuns, registeredIn, verifiedRuns, versionIn } from './registry-asker.ts'
import { aliasIn } from './registry-fields.ts'
import { versionShown } from './registry-shown.ts'

/** The alias of the version in production: setting it is activation. */
const ACTIVE = 'active'

/** Aliases of versions. */
export const aliases = new Hono<AppEnv>()
  .post('/registered-models/alias', async (c) => {
    const fields = await bodyOf(c)
    const alias = aliasIn(fields)
    if (alias === ACTIVE) await forAdmins(c, 'Activation')
    const version = await versionIn(c, fields)
    if (alias !== ACTIVE) {
      if (await namedVersions(c.env.DB).setAlias(version, alias)) return c.json({})
      throw invalidParameter(`A name has at most ${ALIASES_PER_NAME_MAX} aliases`)
    }
    if (version.isReserved)
      throw invalidParameter('The version is that of a running job, whose completion activates it')
    await registry(c.env.DB).activate(version.id)
    return c.json({})
  })
  .get('/registered-models/alias', async (c) => {
    const open = await verifiedRuns(c)
    const fields = queryOf(c)
    const { name } = await registeredIn(c, fields)
    const alias = fields.text('alias')
    const version = await namedVersions(c.env.DB).findByAlias(name, alias)
    if (version === null) throw invalidParameter(`Registered model alias ${alias} not found.`)
    return c.json({ model_version: versionShown(ofRuns(version, open)) })
  })
  .delete('/registered-models/alias', async (c) => {
    await forPeople(c)
    const fields = await bodyOf(c)
    const alias = fields.text('alias')
    if (alias === ACTIVE) await forAdmins(c, 'Deactivation')
    const { name } = await registeredIn(c, fields)
    if (alias !== ACTIVE) await namedVersions(c.env.DB).deleteAlias(name, alias)
    else if (isModelType(name)) throw invalidParameter(`'${name}' is a model type: activate another version instead`)
    else await registeredNames(c.env.DB).deactivate(name)
    return c.json({})
  })
