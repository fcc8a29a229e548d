import { loggedModelFolder } from '../../jobs/rules/artifacts.ts'

/**
 * The id of a logged model says which run has it and where its files lie, so that nothing needs to be looked up. MLflow's client
 * knows one by its beginning, `m-`.
 */
const pattern = /^m-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})-([1-9][0-9]{0,5})$/

/** The id of the nth logged model of a run. */
export const modelId = (runId: string, number: number): string => `m-${runId.replaceAll('-', '')}-${number}`

/** What an id says; `null`: it is none. */
export function modelOf(id: string): { runId: string; number: number; folder: string } | null {
  const [, a, b, c, d, e, number] = pattern.exec(id) ?? []
  if (number === undefined) return null
  return { runId: [a, b, c, d, e].join('-'), number: Number(number), folder: loggedModelFolder(Number(number)) }
}

/** The id of the logged model whose files lie in a folder of a run; `null`: it is that of none. */
export function modelIdOfFolder(runId: string, folder: string): string | null {
  const number = Number(folder.split('/').at(-1))
  return Number.isInteger(number) && folder === loggedModelFolder(number) ? modelId(runId, number) : null
}
