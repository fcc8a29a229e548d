/** Of names that somebody gives. */
export const names = {
  name: 'Name',
  missing: 'Enter a name.',
  tooLong: 'The name has {count} characters; the maximum is {max}.',
  unseen: 'The name contains an invisible character, such as a line break. Remove it or retype the name.',
  marks: 'The name starts with an accent or has too many on one character. Remove them.',
} as const
