/** Part of `npm run check`: fails when package-lock.json has a package without SHA-512, or names a download address. */
import { readFileSync } from 'node:fs'
import { lockErrors } from './lock-errors.ts'

const errors = lockErrors(JSON.parse(readFileSync('package-lock.json', 'utf8')))
for (const error of errors) console.error(`package-lock.json: ${error}`)
process.exit(errors.length === 0 ? 0 : 1)
