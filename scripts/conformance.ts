/**
 * `npm run conformance -- --url http://localhost:8787`: runs the cases of test/protocol, which say what docs/PROTOCOL.md
 * promises to runners, against a running service. Exits with 1 if a promise is not kept.
 *
 *     npm run conformance -- --url https://… --token … --runner-token … sequence
 */
import { parseArgs } from 'node:util'
import { readThemes } from '../test/protocol/cases.ts'
import { runCase, type Service, whyUnfit } from '../test/protocol/driver.ts'

const usage = `npm run conformance -- --url <address> [--token <admin's>] [--runner-token <runner's>] [part of a theme or promise]

Runs against a service for tests only: the cases claim jobs, and complete some, which activates their model versions.
Without --token the service must grant access without a sign-in; without --runner-token, --token claims as well.`

const { service, pattern } = readArguments()
process.exit(await main())

function readArguments(): { service: Service; pattern: string } {
  try {
    const options = { url: { type: 'string' }, token: { type: 'string' }, 'runner-token': { type: 'string' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    if (values.url === undefined || !URL.canParse(values.url)) throw new Error('Say where the service is.')
    const url = values.url.replace(/\/+$/, '')
    const pattern = positionals.join(' ').toLowerCase()
    return { service: { url, token: values.token, runnerToken: values['runner-token'] }, pattern }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

async function main(): Promise<number> {
  const unfit = await whyUnfit(service).catch((error: Error) => `No answer from ${service.url}: ${error.message}`)
  if (unfit !== null) {
    console.error(`${unfit}.`)
    return 2
  }
  let failed = 0
  let count = 0
  for (const { theme, cases } of readThemes()) {
    const chosen = cases.filter(({ promise }) => `${theme} ${promise}`.toLowerCase().includes(pattern))
    if (chosen.length > 0) console.log(`\n${theme}`)
    for (const one of chosen) {
      count++
      const error = await runCase(service, one).then(
        () => null,
        (reason: Error) => reason,
      )
      console.log(`  ${error === null ? '✓' : '✗'} ${one.promise}`)
      if (error === null) continue
      failed++
      console.log(`      ${error.message}`)
    }
  }
  console.log(`\n${count - failed} of ${count} promises are kept`)
  return failed === 0 && count > 0 ? 0 : 1
}
