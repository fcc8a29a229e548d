/**
 * `node complete.ts "Verordnung über"`: fetches the active version of a model type from the service, and lets it go on.
 * STELLWERK_URL and STELLWERK_TOKEN as everywhere; MODEL_TYPE is `general` by default.
 */
import { complete } from './model.ts'

const {
  STELLWERK_URL: url = 'http://localhost:8787',
  STELLWERK_TOKEN: token,
  MODEL_TYPE: type = 'general',
} = process.env
const [beginning] = process.argv.slice(2)
if (beginning === undefined) {
  console.error('How does the title begin? complete.ts "Verordnung über"')
  process.exit(64)
}

const [active] = await get(`/models?active=true&model_type=${type}`)
if (active === undefined) {
  console.error(`No version of ${type} is active: npm run example trains one.`)
  process.exit(1)
}
// From here on the version's id, so that nobody's activation in between mixes two models.
const model = await get(`/models/${active.id}/files/model.json`)
const bytes = Buffer.from(model.parameters, 'base64')
console.log(complete(new Float32Array(new Uint8Array(bytes).buffer), beginning))
console.error(
  `(${active.name ?? type} ${active.version}: ${(100 * model.metrics.accuracy).toFixed(1)} % of the next characters right)`,
)

// biome-ignore lint/suspicious/noExplicitAny: whatever the service answers
async function get(path: string): Promise<any> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/api/v1/admin/training${path}`, { headers })
  if (response.ok) return response.json()
  console.error(`${path} was answered ${response.status}: ${await response.text()}`)
  process.exit(1)
}
