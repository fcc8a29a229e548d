import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** From which minor version on a major one runs TypeScript without a flag; later major ones do so from their start. */
const FIRST_MINOR = { 22: 18, 23: 6 }

/**
 * Whether a Node of this version runs the scripts, which are TypeScript.
 *
 * @param {string} version `24.21.0`, with or without a `v`
 */
export function runsScripts(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > 23 || minor >= (FIRST_MINOR[/** @type {22 | 23} */ (major)] ?? Number.POSITIVE_INFINITY)
}

/**
 * The package with Node for a machine. Whether it exists is seen by looking: there are some for Linux and Windows.
 *
 * @param {string} platform as `process.platform`
 * @param {string} arch as `process.arch`
 */
export const packageFor = (platform, arch) => `node-${platform === 'win32' ? 'win' : platform}-${arch}`

/**
 * The Node that runs the scripts, or the sentence that says why there is none: the one that runs already if it is recent
 * enough, else the one that `npm ci` installed.
 *
 * @param {{ execPath: string, version: string, platform: string, arch: string }} running `process`
 * @param {string} modules the folder node_modules
 * @returns {{ node: string } | { refusal: string }}
 */
export function chooseNode({ execPath, version, platform, arch }, modules) {
  if (runsScripts(version)) return { node: execPath }
  const name = packageFor(platform, arch)
  const packaged = join(modules, name, 'bin', platform === 'win32' ? 'node.exe' : 'node')
  if (runsScripts(versionOf(packaged) ?? '0')) return { node: packaged }
  return {
    refusal:
      `Stellwerk needs Node 22.18 or later: this is ${version.replace(/^v/, '')}, and there is no package ${name} that ` +
      'works here, so install a newer Node (https://nodejs.org) and run npm ci again.',
  }
}

/**
 * The version that a Node prints; `null` if it is missing or cannot run on this machine, as one for glibc on musl.
 *
 * @param {string} path
 */
function versionOf(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}
