/** The address of the door for MLflow, which its client prints links to. */
const DOOR = '/mlflow'

/**
 * The page that a link leads to which MLflow's client has printed, such as `/mlflow/#/experiments/3/runs/<id>`; `null`: it is
 * no such link. What it names stands behind `#`, which no server sees.
 */
export function pageOfMlflowLink({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string | null {
  if (pathname.replace(/\/+$/, '') !== DOOR) return null
  const run = /^#\/experiments\/[^/]+\/runs\/([\w-]+)/.exec(hash)?.[1]
  if (run !== undefined) return `/jobs/${run}`
  return hash.startsWith('#/models') ? '/models' : '/jobs'
}
