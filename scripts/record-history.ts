/**
 * `npm run record-history -- v2`: records how jobs are stored and streamed now, into test/histories/v2/. From then on each
 * test run replays it. To be done when the event log, an object's tables or an event of the stream have changed their
 * shape. A recording is never overwritten; only one that was never deployed may be deleted and made anew.
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
