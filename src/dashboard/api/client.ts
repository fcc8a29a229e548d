import { createClient } from '../../client/index.ts'
import { apiFetch } from './api-fetch.ts'

/** The API at the address this page came from. The browser sends the session's cookie along. */
const client = createClient(location.origin, { fetch: apiFetch })
const { admin } = client.api.v1

/** Jobs, models, the dataset, OCR and the status of the service. */
export const api = admin.training

/** API tokens, for admins. */
export const tokensApi = admin.tokens

/** The session of this browser. */
export const sessionApi = client.session
