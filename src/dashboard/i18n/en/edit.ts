/** Of the form that edits a job; loaded with it. */
export const edit = {
  tagsHint: 'Separate tags with commas; up to {max} tags of {length} characters each',
  tagsTooMany: 'You entered {count} tags; the maximum is {max}.',
  tagTooLong: 'The tag “{tag}” has {count} characters; the maximum is {max}.',
  tagUnseen: 'The tag “{tag}” contains invisible characters or stray accents. Retype it.',
  notes: 'Notes',
  notesTooLong: 'The notes have {count} characters; the maximum is {max}.',
  lengthHint: 'Up to {max} characters',
  save: 'Save',
  edited: '“{name}” saved',
  editedMeanwhile: 'Someone else edited this job in the meantime. Save again to apply your changes.',
  editedOverwrite: 'Someone else edited this job in the meantime. Save again to overwrite their changes:',
  valueOverwritten: 'will be overwritten',
  valueKept: 'will be kept',
  valueEmpty: '(empty)',
} as const
