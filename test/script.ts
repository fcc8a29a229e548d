import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A script's exit status and output. */
export type Run = { code: number | null; out: string; err: string }

/** Runs `scripts/<name>.ts` as npm does, with only these variables of the service's and of Cloudflare's. */
export function runScript(name: string, args: string[], { env = {}, input = '' } = {}): Promise<Run> {
  const script = fileURLToPath(new URL(`../scripts/${name}.ts`, import.meta.url))
  const others = Object.entries(process.env).filter(([variable]) => !/^(STELLWERK|CLOUDFLARE|CF)_/.test(variable))
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      env: Object.fromEntries([...others, ...Object.entries(env)]) as NodeJS.ProcessEnv,
    })
    const run = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      run.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      run.err += text
    })
    child.on('close', (code) => resolve({ ...run, code }))
    child.stdin.end(input)
  })
}
