/** The oldest runner program that may claim jobs. A live attempt is never told so: it could do nothing about it. */
export const RUNNER_VERSION_MIN = '0.1.0'

/** Whether a runner's version is too old. A text that is no version is not: the runner is somebody else's. */
export function isTooOld(version: string): boolean {
  const [own, needed] = [version, RUNNER_VERSION_MIN].map((one) =>
    /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(one)?.slice(1),
  )
  if (own === undefined || needed === undefined) return false
  for (const [i, part] of needed.entries()) {
    if (Number(own[i]) !== Number(part)) return Number(own[i]) < Number(part)
  }
  return false
}
