import type { Client } from '../../src/client/index.ts'
import type { Action } from './command.ts'
import { jobTable } from './format.ts'
import { logs } from './logs.ts'
import { errorText } from './problems.ts'
import { accepted, findId } from './requests.ts'
import { listAttempts, listRunners } from './runners.ts'
import { steer } from './steer.ts'
import { printable } from './text.ts'
import { type ExitCode, exitCodes } from './usage.ts'
import { watch } from './watch.ts'

type Work = Exclude<Action, { name: 'help' }>

const print = (line: string) => process.stdout.write(`${line}\n`)

/** Runs a command and prints its result; throws errors of the service. */
export async function run(client: Client, action: Work, json: boolean): Promise<ExitCode> {
  switch (action.name) {
    case 'create':
      return create(client, action, json)
    case 'list':
      return list(client, action, json)
    case 'runners':
      return listRunners(client, json)
    case 'watch':
      return watch(client, await findId(client, action.id), action.after, json)
    case 'logs':
      return logs(client, action, json)
    case 'attempts':
      return listAttempts(client, action.id, json)
    case 'edit':
      return edit(client, action, json)
    default:
      return steer(client, action, json)
  }
}

async function create(client: Client, action: Extract<Work, { name: 'create' }>, json: boolean): Promise<ExitCode> {
  const { config, query, resumeFrom } = action
  const from = resumeFrom && { job_id: await findId(client, resumeFrom.id), step: resumeFrom.step }
  const request = client.api.v1.admin.training.jobs.$post({ json: { ...config, resume_from: from }, query })
  const created = await (await accepted(request)).json()
  for (const warning of created.warnings ?? []) console.error(`Warning: ${printable(errorText(warning))}`)
  if (action.watch) return watch(client, created.id, undefined, json)
  print(json ? JSON.stringify(created) : `${created.message}: ${created.id}`)
  return exitCodes.done
}

async function list(client: Client, { filter }: Extract<Work, { name: 'list' }>, json: boolean): Promise<ExitCode> {
  const answer = await accepted(client.api.v1.admin.training.jobs.$get({ query: filter }))
  const jobs = await answer.json()
  const lines = json ? jobs.map((job) => JSON.stringify(job)) : jobs.length > 0 ? jobTable(jobs) : ['No jobs.']
  for (const line of lines) print(line)
  if (!json && answer.headers.get('Link') !== null) console.error('More jobs exist; use --limit.')
  return exitCodes.done
}

async function edit(client: Client, action: Extract<Work, { name: 'edit' }>, json: boolean): Promise<ExitCode> {
  const id = await findId(client, action.id)
  const request = client.api.v1.admin.training.jobs[':id'].$patch({ param: { id }, header: {}, json: action.edit })
  const job = await (await accepted(request)).json()
  print(json ? JSON.stringify(job) : `Job edited: ${id}`)
  return exitCodes.done
}
