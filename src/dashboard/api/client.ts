import { createClient } from '../../client/index.ts'
import { apiFetch } from './api-fetch.ts'

/** The API at the address this page came from. The browser sends the session's cookie along. */
const client = createClient(location.origin, { fetch: apiFetch })
const { admin } = client.api.v1

/** Jobs, models, the dataset, OCR, and how the service is. */
export const api = admin.training

/** The API tokens, which admins make and revoke. */
export const tokensApi = admin.tokens

/** The session of this browser. */
export const sessionApi = client.session
