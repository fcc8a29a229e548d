/** Roles of people; each includes the ones before it: view; control jobs; delete, activate and manage tokens. */
export const personRoles = ['viewer', 'operator', 'admin'] as const

/** All roles. A `runner` may claim jobs, nothing else; of the others, only `admin` includes it. */
export const roles = [...personRoles, 'runner'] as const
export type Role = (typeof roles)[number]

/** Whether a role includes the required one. */
export const hasRole = (role: Role, required: Role): boolean =>
  role === required || role === 'admin' || (role === 'operator' && required === 'viewer')
