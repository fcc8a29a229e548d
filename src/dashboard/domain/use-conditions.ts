import type { JobSnapshot } from '../../client/index.ts'
import { useScript } from '../components/use-script.ts'

/** What is shown of a job's condition, which a simulated job never has: its script comes with the first other one. */
export const useConditions = ({ trainer }: Pick<JobSnapshot, 'trainer'>) =>
  useScript(trainer === 'simulated' ? null : () => import('./conditions.tsx')).script
