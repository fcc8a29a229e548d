import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { readModels } from '../../jobs/runs.ts'
import type { NamedVersion } from '../../models/named-version.ts'
import { namedVersions } from '../../models/named-versions.ts'
import { isModelType, type RegisteredName, registeredNames } from '../../models/registered-names.ts'
import { REGISTERED_NAME_LENGTH_MAX } from '../../platform/limits.ts'
import { nameErrorIn } from '../../platform/name.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import type { Fields } from './body.ts'
import { denied, doesNotExist, invalidParameter } from './errors.ts'

type C = Context<AppEnv>

/** The ids of the runs that a job token opens: its own, and those that its attempt has opened under it. `null`: a person asks. */
export type OpenRuns = ReadonlySet<string> | null

/**
 * The runs that the request's token opens, once its own one's object has verified it. A person's role suffices for the route.
 * Every handler of the registry asks first: a job token opens each route of the door, and only its operation knows whether it is
 * valid.
 */
export async function verifiedRuns(c: C): Promise<OpenRuns> {
  const own = ownJob(c)
  if (own === null) return null
  const { children } = await allowed(c, own, await readModels(c.env, own, askerOf(c), { number: 0 }))
  return new Set([own, ...children])
}

/** Ends a request of a job token to what only people may do. */
export async function forPeople(c: C): Promise<void> {
  if ((await verifiedRuns(c)) !== null)
    throw denied('The token of an attempt may not do this: it registers, and sets aliases')
}

/** Ends a request of anybody but an administrator. */
export async function forAdmins(c: C, what: string): Promise<void> {
  await verifiedRuns(c)
  const asker = askerOf(c)
  if (!('isAdmin' in asker) || !asker.isAdmin) throw denied(`${what} requires role admin`)
}

/** The name in a request: as MLflow has it, without `/` and `:`, and nothing invisible. */
export function nameIn(fields: Fields, field = 'name'): string {
  const name = fields.text(field)
  const isInvalid = /[/:]/.test(name) || name !== name.trim() || nameErrorIn(name, REGISTERED_NAME_LENGTH_MAX) !== null
  if (isInvalid) {
    throw invalidParameter(
      `Invalid model name '${name}'. Names have at most ${REGISTERED_NAME_LENGTH_MAX} characters, all visible, none of them '/' or ':'`,
    )
  }
  return name
}

/** The registered name in a request. */
export async function registeredIn(c: C, fields: Fields): Promise<RegisteredName> {
  const name = fields.text('name')
  const found = await registeredNames(c.env.DB).find(name)
  if (found === null) throw noName(name)
  return found
}

/** The registered name in a request to write to it; a job token's must have been created with it. */
export async function changeableIn(c: C, fields: Fields): Promise<RegisteredName> {
  const open = await verifiedRuns(c)
  const found = await registeredIn(c, fields)
  if (open !== null && (found.jobId === null || !open.has(found.jobId)))
    throw denied(`'${found.name}' is not a name that the run of this token has created`)
  return found
}

export const noName = (name: string) => doesNotExist(`Registered Model with name=${name} not found`)

/** Ends a request to change a name that is a model type. */
export function forOwnNames(name: string, what: string): void {
  if (isModelType(name)) throw invalidParameter(`'${name}' is a model type, which cannot be ${what}`)
}

/** The version in a request; a job token's must be of a run that it opens. */
export async function versionIn(c: C, fields: Fields): Promise<NamedVersion> {
  const open = await verifiedRuns(c)
  const name = fields.text('name')
  const number = fields.optionalInt('version')
  if (number === null) throw invalidParameter("Missing value for required parameter 'version'")
  const found = await namedVersions(c.env.DB).find(name, number)
  if (found === null) throw doesNotExist(`Model Version (name=${name}, version=${number}) not found`)
  return ofRuns(found, open)
}

/** A version, if it may be shown to who opens these runs. */
export function ofRuns(version: NamedVersion, open: OpenRuns): NamedVersion {
  if (open === null || open.has(version.jobId)) return version
  throw denied(`Model Version (name=${version.name}, version=${version.number}) is of another run`)
}
