import { createClient } from '../../client.ts'
import { markedFetch } from './marked-fetch.ts'

/** The API at the address this page came from. The browser sends the session's cookie along. */
export const api = createClient(location.origin, { fetch: markedFetch }).api.v1.admin.training
