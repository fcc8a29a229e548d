/** Whether a key belongs to the browser or the system: Ctrl and + zoom the page, Alt and an arrow lead back. */
export const isShortcut = ({ ctrlKey, altKey, metaKey }: KeyboardEvent): boolean => ctrlKey || altKey || metaKey
