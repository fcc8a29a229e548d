/** Of parallel coordinates and their table; loaded with them. */
export const parallel = {
  title: 'Settings and result',
  axes: 'Parallel axes',
  lines: 'Jobs, a line each',
  hint: 'Point at or tap a line to read it. With the keyboard: Tab and the arrow keys.',
  none: 'none',
  result: 'Result',
  value: 'Value',
  higher: 'higher is better',
  lower: 'lower is better',
  noAxes: 'The jobs have the same settings and parameters. Choose columns to see them beside the result.',
  table: 'Chosen columns',
  job: 'Job',
  ascending: '{name}, lowest first',
  descending: '{name}, highest first',
  csv: 'Download CSV',
  file: 'comparison',
} as const
