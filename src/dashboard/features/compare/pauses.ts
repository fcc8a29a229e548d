import { PAUSE_MIN_MS, PAUSE_SAMPLES, PAUSE_TIMES_USUAL } from '../../platform/limits.ts'

/**
 * The pauses of a training, by the times of its points (ms): indexes k for which point k + 1 came so long after point k
 * that training must have paused in between.
 */
export function pausesOf(times: ArrayLike<number>): number[] {
  const longestMs = Math.max(PAUSE_MIN_MS, PAUSE_TIMES_USUAL * usualMs(times))
  const pauses: number[] = []
  for (let index = 0; index + 1 < times.length; index++) {
    if ((times[index + 1] as number) - (times[index] as number) > longestMs) pauses.push(index)
  }
  return pauses
}

/** The median time between two points, of some that lie evenly over the training. */
function usualMs(times: ArrayLike<number>): number {
  const stride = Math.max(1, Math.floor((times.length - 1) / PAUSE_SAMPLES))
  const samples: number[] = []
  for (let index = 0; index + 1 < times.length; index += stride) {
    samples.push((times[index + 1] as number) - (times[index] as number))
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1] ?? 0
}
