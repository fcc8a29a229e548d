/** Part of `npm run check`: fails when package-lock.json holds a package by less than its SHA-512, or names an address. */
import { readFileSync } from 'node:fs'
import { lockFlaws } from './lock-flaws.ts'

const flaws = lockFlaws(JSON.parse(readFileSync('package-lock.json', 'utf8')))
for (const flaw of flaws) console.error(`package-lock.json: ${flaw}`)
process.exit(flaws.length === 0 ? 0 : 1)
