/** What somebody may do, each role also what the ones before it may: look; steer; delete, activate and let others in. */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Whether a role suffices where another is needed. */
export const suffices = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed)
