import { globSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Columns with times, of the tables of a job's object. */
const times: readonly [table: string, column: string][] = [
  ['events', 'at_ms'],
  ['blocks', 'at_ms'],
  ['blocks', 'since_ms'],
  ['blocks', 'progressed_ms'],
  ['output', 'at_ms'],
]

/** The times within events. */
const timesInEvents = ['sinceMs', 'heardMs', 'untilMs', 'spec.createdMs']

/**
 * Sets the time of a job that something was reported of, of a server that is dead: all that has happened to it happened so much earlier, and it is looked at
 * once the server lives again whether its runner is heard.
 *
 * @param isUnheard whether its latest attempt has not been heard all that time
 */
export function age(state: string, jobId: string, byMs: number, isUnheard: boolean): void {
  const folder = `${state}/v3/do/stellwerk-TrainingJob`
  const file = globSync(`${folder}/*.sqlite`).find((name) => isOf(name, jobId))
  if (file === undefined) throw new Error(`No object of the job ${jobId} is stored`)
  const nowMs = Date.now()
  const alarmNs = BigInt(nowMs) * 1_000_000n
  on(file, (object) => {
    for (const [table, column] of times) object.exec(`UPDATE ${table} SET ${column} = ${column} - ${byMs}`)
    for (const name of timesInEvents) {
      const value = `json_extract(data, '$.${name}')`
      object.exec(`UPDATE events SET data = json_set(data, '$.${name}', ${value} - ${byMs}) WHERE ${value} IS NOT NULL`)
    }
    const quietSince = `SELECT coalesce(max(json_extract(data, '$.attempt')), 1), ${byMs}, ${nowMs} FROM events`
    object.exec('DELETE FROM quiet')
    object.prepare('UPDATE _cf_METADATA SET value = ? WHERE key = 1').run(alarmNs)
    if (isUnheard) object.exec(`INSERT INTO quiet (attempt, quiet_ms, checked_ms) ${quietSince}`)
  })
  // Its alarm, which stands in both files.
  const name = file.replace(/^.*\/|\.sqlite$/g, '')
  on(`${folder}/metadata.sqlite`, (alarms) => {
    alarms.prepare('UPDATE _cf_ALARM SET scheduled_time = ? WHERE actor_id = ?').run(alarmNs, name)
  })
}

const isOf = (file: string, jobId: string): boolean =>
  !file.endsWith('metadata.sqlite') &&
  on(file, (object) => {
    const found = object.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get()
    return (
      found !== undefined && object.prepare('SELECT 1 FROM events WHERE data LIKE ?').get(`%${jobId}%`) !== undefined
    )
  })

function on<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file)
  try {
    return work(database)
  } finally {
    database.close()
  }
}
