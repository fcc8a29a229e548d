/** Each role includes the ones before it: view; control jobs; delete, activate and manage tokens. */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Whether a role includes the required one. */
export const hasRole = (role: Role, required: Role): boolean => roles.indexOf(role) >= roles.indexOf(required)
