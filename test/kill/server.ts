/**
 * The whole service as a process, with a state that survives it: `node server.ts <folder> <vars as JSON> [<static assets>]`.
 * It starts on a line on stdin, prints its address once it serves, and exits with its parent. Given static assets are
 * used unchanged; otherwise they are built first.
 */
import { once } from 'node:events'
import { unstable_startWorker } from 'wrangler'

process.stdin.on('end', () => process.kill(0, 'SIGKILL'))
await once(process.stdin, 'data')
const [state, vars, assets] = process.argv.slice(2)
const bindings = Object.entries(JSON.parse(vars ?? '{}')).map(([name, value]) => [name, { type: 'plain_text', value }])
const worker = await unstable_startWorker({
  config: 'wrangler.toml',
  // No file, so that the .dev.vars of `npm start` is ignored.
  envFiles: ['none'],
  ...(assets === undefined ? {} : { assets, build: { custom: { command: '' } } }),
  bindings: Object.fromEntries(bindings),
  dev: {
    server: { hostname: '127.0.0.1', port: 0 },
    persist: state,
    watch: false,
    inspector: false,
    logLevel: 'none',
  },
})
await worker.ready
console.log(String(await worker.url))
