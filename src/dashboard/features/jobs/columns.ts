import { chosenColumns } from '../../domain/chosen-columns.ts'

/** The columns of the list between progress and creation. */
export const listColumns = chosenColumns('job-columns', ['latest:val_loss'])
