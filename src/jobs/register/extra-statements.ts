/** Statements to run with another in one transaction. */
export type ExtraStatements = { before?: D1PreparedStatement[]; after?: D1PreparedStatement[] }
