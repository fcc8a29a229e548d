import { license, version } from '../../package.json'
import type { OpenApiInfo } from '../http/openapi.ts'
import { PAGE_DEFAULT, PAGE_MAX } from '../platform/limits.ts'

const description = `A control plane for AI training jobs: create one, watch it live, pause, resume or cancel it, and
keep the model versions it produces.

**Values.** Times are RFC 3339 in UTC, \`2026-11-01T08:00:00.000Z\`; fields ending in \`_ms\` are whole milliseconds;
progress is a percentage; losses and scores are unitless. Numbers have all their floating-point digits, such as
28.999999999999996: round them where people read them. A Bundesland is its ISO 3166-2:DE code without \`DE-\`; requests may also
write it in lower case, as \`DE-BY\`, or as its German or English name.

**Errors** are \`application/problem+json\` (RFC 9457) with a \`detail\` for people and a \`type\` for programs. In
addition to what each operation lists, an unknown path is 404, and a method that a path does not support 405 with
\`Allow\`. An unexpected error is 500, with the \`request_id\` to find it in the log. A rejected request changes nothing.

**State conflicts are 400, not 409**, as in the API that this one replaces: pausing a job that is not running, resuming one
that is not paused, cancelling a finished one, deleting a running one or an active version. 409 is for what is taken or full:
a slot, the queue, a token's name.

**Bodies** are JSON and declare it in \`Content-Type\` (else 415). A body that is not JSON is 400, one that is too large
413, and one that does not match the schema 422, with every error listed in \`errors\`. Types are strict: \`"10"\` is not
a number. Unknown fields are rejected, except by \`POST /jobs\`: like the API that it replaces, it ignores them, but names
them in \`warnings\`; with \`?strict=true\` it rejects them, too. What runners send may have unknown fields: a runner can be
newer than the service.

**Authentication.** Everything except \`/health\` and signing in requires a credential, else 401: an API token
(\`Authorization: Bearer …\`), a browser session (\`POST /session\`), or Cloudflare Access. Each operation states the
role it requires, else 403: \`viewer\`, \`operator\` or \`admin\`, each with the permissions of those before it; \`runner\`,
which can only claim jobs, is included in \`admin\`. Too many requests are 429 with \`Retry-After\`. A stream ends
within 60 s of its credential expiring or being revoked.

**Parameters.** A query parameter that an operation does not list is rejected (422), except \`_\` and, on streams,
\`lastEventId\`, which are ignored, as is any query of \`/health\`. A path with a trailing slash is redirected to the one
without it (307).

**Lists** are paginated: \`limit\` is ${PAGE_DEFAULT} by default and at most ${PAGE_MAX}; the \`Link\` header points to the next page.

**Streams** are server-sent events; a client that reconnects resumes after the last event it received.

Every \`GET\` also accepts \`HEAD\`. Every response has an \`X-Request-Id\`. MIGRATING.md lists every
difference to the API that this one replaces.`

/** The OpenAPI document's description of the API as a whole. */
export const openApiInfo: OpenApiInfo = {
  info: {
    title: 'Stellwerk',
    version,
    description,
    contact: { name: 'The operator of this service' },
    // An SPDX expression for a licence that is not on its list.
    license: { name: license, identifier: `LicenseRef-${license}` },
  },
  servers: [{ url: '/', description: 'The service that serves this document' }],
  tags: [
    { name: 'Jobs', description: 'Training jobs: create, follow and control them' },
    { name: 'Streams', description: 'Live progress. When tried out on this page, a stream is shown once it has ended' },
    {
      name: 'Runners',
      description: 'Programs that train jobs, on machines of their own: the wire of docs/PROTOCOL.md',
    },
    { name: 'Artifacts', description: 'Files of jobs: checkpoints, models, and whatever a training process leaves' },
    { name: 'Models', description: 'The model versions that jobs produced, and the active one of each type' },
    { name: 'Dataset', description: 'The documents that models may be trained on' },
    { name: 'Access', description: 'Browser sessions and API tokens' },
    { name: 'System', description: 'The service itself' },
  ],
}
