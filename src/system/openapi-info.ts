import { version } from '../../package.json'
import type { OpenApiInfo } from '../http/openapi.ts'
import { PAGE_DEFAULT, PAGE_MAX } from '../platform/limits.ts'

const description = `A control plane for AI training jobs: create one, watch it live, pause, resume or cancel it, and
keep the model versions that come out of it.

**Values.** Times are RFC 3339 in UTC, \`2026-11-01T08:00:00.000Z\`; what ends in \`_ms\` is whole milliseconds; progress
is per cent; losses and scores have no unit. A Bundesland is its ISO 3166-2:DE code without \`DE-\`; requests may also
write it in lower case, as \`DE-BY\`, or as its German name. Unknown fields of a body are dropped.

**Errors** are \`application/problem+json\` (RFC 9457) with a \`detail\` for people and a \`type\` for programs. Beside
what an operation lists: a path that does not exist is 404, a method that it does not take 405 with \`Allow\`. What
nobody foresaw is 500, with the \`request_id\` under which the log knows more. A refused request changes nothing.

**Bodies** are JSON and say so in \`Content-Type\` (else 415). What is not JSON is 400, what is too large 413, and what
does not fit the schema 422, with each place under \`errors\`. Types are strict: \`"10"\` is not a number.

**Who asks.** Everything but \`/health\` and signing in needs a credential, else 401: an API token
(\`Authorization: Bearer …\`), a session of a browser (\`POST /session\`), or Cloudflare Access. Each operation says which
role it needs, else 403: \`viewer\`, \`operator\` or \`admin\`, each of which may do what the ones before it may. Too much
of it is 429 with \`Retry-After\`. A stream ends within 60 s when its credential expires or is revoked.

**Lists** come in pages of \`limit\` (${PAGE_DEFAULT} unless told, at most ${PAGE_MAX}); the header \`Link\` leads to the next.

**Streams** are server-sent events and go on behind a client's last event when it comes back.

Each \`GET\` may be asked as \`HEAD\`. Each answer has an \`X-Request-Id\`.`

/** The OpenAPI document's description of the API as a whole. */
export const openApiInfo: OpenApiInfo = {
  info: { title: 'Stellwerk', version, description },
  servers: [{ url: '/', description: 'The service that this document comes from' }],
  tags: [
    { name: 'Jobs', description: 'Training jobs: one object each, which goes on by itself until the job is over' },
    { name: 'Streams', description: 'What happens, live. Tried out on this page, a stream is shown when it has ended' },
    { name: 'Models', description: 'The model versions that training produced, and which of each type is in use' },
    { name: 'Dataset', description: 'The documents that models may be trained on' },
    { name: 'Access', description: 'Who is let in: sessions of browsers, and API tokens' },
    { name: 'System', description: 'The service itself' },
  ],
}
