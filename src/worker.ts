import { DurableObject } from 'cloudflare:workers'
import { app } from './app.ts'

export class TrainingJob extends DurableObject<Env> {}

export default { fetch: app.fetch, async scheduled() {} } satisfies ExportedHandler<Env>
