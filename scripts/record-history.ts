/**
 * `npm run record-history -- v2`: records the current format of stored and streamed jobs in test/histories/v2/. From then
 * on each test run replays it. Run it after a change to the event log, an object's tables or an event of the stream.
 * A recording is never overwritten; only one that was never deployed may be deleted and recorded again.
 */
import { formats, writeFormat } from '../test/histories/files.ts'
import { stories, tables } from '../test/histories/stories.ts'

const [format = ''] = process.argv.slice(2)
const next = `v${formats().length + 1}`
if (format !== next) {
  console.error(`The next format is ${next}: npm run record-history -- ${next}`)
  process.exit(2)
}
const histories = Object.fromEntries(Object.entries(stories).map(([name, play]) => [name, play().history()]))
writeFormat(format, tables(), histories)
console.log(`Recorded ${Object.keys(histories).join(', ')} in test/histories/${format}`)
