/** Runs the contract suite against a running service: `npm run contract -- http://localhost:8787`. */
import { spawnSync } from 'node:child_process'

const [url] = process.argv.slice(2)
if (url === undefined || !URL.canParse(url)) {
  console.error('Say where the service is: npm run contract -- http://localhost:8787')
  process.exit(2)
}
const { status } = spawnSync('vitest', ['run', '--project', 'contract'], {
  stdio: 'inherit',
  env: { ...process.env, CONTRACT_URL: url },
})
process.exit(status ?? 1)
