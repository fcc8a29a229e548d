import type { AttemptRecord, Client, JobSnapshot, RunnerRecord } from '../../src/client/index.ts'
import { RUNNER_NOTED_MS } from '../../src/platform/limits.ts'
import { accepted, findId, readJob } from './requests.ts'
import { statusText } from './runner-texts.ts'
import { moment, NO_VALUE, printable, table } from './text.ts'
import { type ExitCode, exitCodes } from './usage.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)

/** Lists the runners, with what they do. */
export async function listRunners(client: Client, json: boolean): Promise<ExitCode> {
  const runners: RunnerRecord[] = await (await accepted(client.api.v1.admin.training.runners.$get())).json()
  const jobs = new Map<string, JobSnapshot>()
  // One after another: there are no more of them than slots, and the job knows best when its runner was heard.
  for (const { job_id } of json ? [] : runners) {
    if (job_id === null || jobs.has(job_id)) continue
    const job = await readJob(client, job_id).catch(() => null)
    if (job !== null) jobs.set(job_id, job)
  }
  const lines = json ? runners.map((one) => JSON.stringify(one)) : runnerTable(runners, jobs, Date.now())
  lines.forEach(print)
  return exitCodes.done
}

/** Runners as a table. `jobs`: those that they have, by id. */
export function runnerTable(
  runners: RunnerRecord[],
  jobs: ReadonlyMap<string, JobSnapshot>,
  nowMs: number,
  timeZone?: string,
): string[] {
  if (runners.length === 0) return ['No runner has asked for a job within a day.']
  const rows = runners.map((runner) => {
    const job = runner.job_id === null ? undefined : jobs.get(runner.job_id)
    const has = job?.attempt?.ended === null && job.attempt.runner === runner.name ? job : undefined
    return [
      printable(runner.name),
      printable(runner.version ?? NO_VALUE),
      has === undefined ? NO_VALUE : `${has.id.slice(0, 8)} ${statusText(has)}`,
      has === undefined ? askedText(runner, nowMs, timeZone) : heardText(has.attempt, timeZone),
      printable(runner.actor),
      printable(
        Object.entries(runner.labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
      ),
    ]
  })
  return table(['RUNNER', 'VERSION', 'JOB', 'HEARD', 'CREDENTIAL', 'LABELS'], rows)
}

/** Of one that waits, the service writes down only every ten minutes that it has asked. */
function askedText({ seen_at, left_at }: RunnerRecord, nowMs: number, timeZone?: string): string {
  if (left_at !== null) return `ended ${moment(left_at, timeZone)}`
  return nowMs - Date.parse(seen_at) <= RUNNER_NOTED_MS
    ? 'asked within the last ten minutes'
    : `last asked within ten minutes of ${moment(seen_at, timeZone)}`
}

function heardText(attempt: JobSnapshot['attempt'], timeZone?: string): string {
  const heard = attempt?.silent_since ?? attempt?.heard_at
  return heard == null ? 'not yet, since it claimed the job' : `last ${moment(heard, timeZone)}`
}

/** Lists the attempts at a job. */
export async function listAttempts(client: Client, beginning: string, json: boolean): Promise<ExitCode> {
  const id = await findId(client, beginning)
  const attempts = await allAttempts(client, id)
  const lines = json ? attempts.map((one) => JSON.stringify(one)) : attemptTable(attempts)
  lines.forEach(print)
  return exitCodes.done
}

async function allAttempts(client: Client, id: string): Promise<AttemptRecord[]> {
  const all: AttemptRecord[] = []
  for (;;) {
    const request = { param: { id }, query: { after: String(all.at(-1)?.number ?? 0) } }
    const page = await (await accepted(client.api.v1.admin.training.jobs[':id'].attempts.$get(request))).json()
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** Attempts as a table, in their order. */
export function attemptTable(attempts: AttemptRecord[], timeZone?: string): string[] {
  if (attempts.length === 0) return ['No runner has claimed the job.']
  const rows = attempts.map((one) => [
    String(one.number),
    printable(one.runner),
    moment(one.claimed_at, timeZone),
    one.resumed_from === null ? 'the beginning' : `step ${one.resumed_from.step}`,
    one.from_step === null || one.to_step === null ? NO_VALUE : `${one.from_step}–${one.to_step}`,
    one.superseded_from === null ? '' : `from ${one.superseded_from}`,
    endText(one, timeZone),
  ])
  return table(['#', 'RUNNER', 'CLAIMED', 'RESUMED FROM', 'STEPS', 'SUPERSEDED', 'ENDED'], rows)
}

function endText({ confirmed_at, ended, ended_at }: AttemptRecord, timeZone?: string): string {
  if (ended === null) return confirmed_at === null ? 'not confirmed yet' : 'live'
  const how = confirmed_at === null && ended === 'replaced' ? 'never confirmed' : ended.replace('_', ' ')
  return ended_at === null ? how : `${how} ${moment(ended_at, timeZone)}`
}
