import type { RunnerRecord } from '../../client/index.ts'
import { api } from '../api/client.ts'
import { request } from '../api/request.ts'
import { type Resource, type ResourceOptions, useResource } from '../api/resource.ts'

/** The runners that have asked for a job within a day, by name. */
export const useRunners = (options: ResourceOptions = {}): Resource<RunnerRecord[]> =>
  useResource('runners', (how) => request(() => api.runners.$get(), how), options)
