/**
 * The whole service as a process, on state that outlives it: `node server.ts <folder> <vars as JSON> [<static assets>]`.
 * It begins when it is told to on stdin, says its address when it serves, and goes when its parent has gone. Static
 * assets that are given are taken as they are; else they are built first.
 */
import { once } from 'node:events'
import { unstable_startWorker } from 'wrangler'

process.stdin.on('end', () => process.kill(0, 'SIGKILL'))
await once(process.stdin, 'data')
const [state, vars, assets] = process.argv.slice(2)
const bindings = Object.entries(JSON.parse(vars ?? '{}')).map(([name, value]) => [name, { type: 'plain_text', value }])
const worker = await unstable_startWorker({
  config: 'wrangler.toml',
  // No file, so that what .dev.vars has for `npm start` is left alone.
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
