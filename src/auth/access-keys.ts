import { ACCESS_KEYS_AGE_MAX_MS, ACCESS_KEYS_FETCH_MS, ACCESS_KEYS_RETRY_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'

/** A public key as Cloudflare Access publishes it. */
export type AccessKey = JsonWebKey & { kid: string }

type KeySet = { keys: AccessKey[]; fetchedMs: number; triedMs: number; fetching: Promise<void> | null }

/** What this isolate knows of each team's keys. */
const teams = new Map<string, KeySet>()

/**
 * The keys a team signs with now. They are fetched when none are known, when those known are old, and for a `kid` that
 * is not among them, since Access changes its keys: but at most once in ACCESS_KEYS_RETRY_MS, whoever asks.
 *
 * @throws Error when there are none, and none can be had
 */
export async function accessKeys(issuer: string, kid: string, nowMs: number): Promise<AccessKey[]> {
  const team: KeySet = teams.get(issuer) ?? { keys: [], fetchedMs: 0, triedMs: 0, fetching: null }
  teams.set(issuer, team)
  const isNews = !team.keys.some((key) => key.kid === kid) || nowMs - team.fetchedMs >= ACCESS_KEYS_AGE_MAX_MS
  if (isNews && Math.abs(nowMs - team.triedMs) >= ACCESS_KEYS_RETRY_MS) {
    team.triedMs = nowMs
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
      // A redirect is not `ok`; workerd knows no `error` here.
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
    // Those that are known go on holding.
    log('error', 'access_keys_failed', { error: String(error) })
  }
}
