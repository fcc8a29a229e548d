/**
 * `node scripts/run.js <program> [arguments] [--then <program> …]`: runs programs one after another, up to the first that
 * fails, on a Node that is recent enough (launcher/choose-node.js), which is also the first in their PATH. All npm scripts
 * go through this file. It is plain JavaScript, for any Node from 18 on.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseNode } from './launcher/choose-node.js'
import { commandsIn, fileOf } from './launcher/commands.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const choice = chooseNode(process, join(root, 'node_modules'))
if ('refusal' in choice) {
  console.error(choice.refusal)
  process.exit(1)
}
const { node } = choice

// Windows spells it Path.
const pathKey = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
const env = { ...process.env, [pathKey]: [dirname(node), process.env[pathKey]].join(delimiter) }

/** @type {import('node:child_process').ChildProcess | undefined} */
let child
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child?.kill(signal))
// Ctrl+C reaches the whole group by itself; a signal to this process alone is meant for the program.
process.on('SIGINT', () => process.stdin.isTTY || child?.kill('SIGINT'))

// npm passes SIGTERM to its shell alone, which ends without passing it on. Nothing announces that a parent has ended.
const parent = process.ppid
if (process.env.npm_lifecycle_event !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child?.kill('SIGTERM')
  }, 500)
  watch.unref()
}

/**
 * @param {string[]} command
 * @returns {Promise<number>} its exit status
 */
function run([program = '', ...args]) {
  return new Promise((resolve, reject) => {
    child = spawn(node, [fileOf(program, root), ...args], { env, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

try {
  for (const command of commandsIn(process.argv.slice(2))) {
    const status = await run(command)
    if (status !== 0) process.exit(status)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
