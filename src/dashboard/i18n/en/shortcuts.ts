/** The keyboard shortcuts and the dialog that lists them. */
export const shortcuts = {
  title: 'Keyboard shortcuts',
  general: 'Anywhere',
  goTo: 'Go to',
  show: 'Show this list',
  search: 'Search',
  create: 'New job',
  enabled: 'Use keyboard shortcuts',
  enabledHint: 'They are ignored in input fields and while a dialog is open.',
} as const
