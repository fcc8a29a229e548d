import { createClient } from '../../client.ts'

/** The API at the address this page came from. The browser sends the session's cookie along. */
export const api = createClient(location.origin).api.v1.admin.training
