import { ACCESS_KEYS_AGE_MAX_MS, ACCESS_KEYS_FETCH_MS, ACCESS_KEYS_RETRY_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'

/** A public key as Cloudflare Access publishes it. */
export type AccessKey = JsonWebKey & { kid: string }

type KeySet = { keys: AccessKey[]; fetchedMs: number; attemptedMs: number; fetching: Promise<void> | null }

/** This isolate's keys, by team. */
const teams = new Map<string, KeySet>()

/**
 * The keys with which a team signs at present. Fetches them when none are cached, when the cached ones are old, and for
 * an unknown `kid`, because Access rotates its keys; at most once per ACCESS_KEYS_RETRY_MS for all requests.
 *
 * @throws Error when no keys are cached and none can be fetched
 */
export async function accessKeys(issuer: string, kid: string, nowMs: number): Promise<AccessKey[]> {
  const team: KeySet = teams.get(issuer) ?? { keys: [], fetchedMs: 0, attemptedMs: 0, fetching: null }
  teams.set(issuer, team)
  const isStale = !team.keys.some((key) => key.kid === kid) || nowMs - team.fetchedMs >= ACCESS_KEYS_AGE_MAX_MS
  if (isStale && Math.abs(nowMs - team.attemptedMs) >= ACCESS_KEYS_RETRY_MS) {
    team.attemptedMs = nowMs
    team.fetching = refresh(team, issuer, nowMs).finally(() => {
      team.fetching = null
    })
  }
  await team.fetching
  if (team.keys.length === 0) throw new Error(`No keys of ${issuer} are known`)
  return team.keys
}

async function refresh(team: KeySet, issuer: string, nowMs: number): Promise<void> {
  try {
    const response = await fetch(`${issuer}/cdn-cgi/access/certs`, {
      // workerd does not support `redirect: 'error'`; a redirect that is not followed is not `ok`.
      redirect: 'manual',
      signal: AbortSignal.timeout(ACCESS_KEYS_FETCH_MS),
    })
    if (!response.ok) throw new Error(`${issuer} answers ${response.status}`)
    const { keys } = (await response.json()) as { keys: AccessKey[] }
    const usable = keys.filter(({ kid, kty }) => typeof kid === 'string' && kty === 'RSA')
    if (usable.length === 0) throw new Error(`${issuer} names no RSA key`)
    team.keys = usable
    team.fetchedMs = nowMs
  } catch (error) {
    // The cached keys remain valid.
    log('error', 'access_keys_failed', { error: String(error) })
  }
}
