/** Of notifications about jobs; loaded after the page of a job. */
export const notify = {
  on: 'Notify me',
  off: 'Stop notifying me',
  blocked: 'Notifications from this page are blocked in the browser’s settings.',
  full: 'You are notified of {count} jobs already. Stop one of them first.',
  done: 'You will be notified when “{name}” finishes, fails or is not heard from, while a tab of Stellwerk is open',
  stopped: 'No more notifications about “{name}”',
  refused: 'The browser did not allow notifications',
  failedWhy: 'Failed: {reason}',
  silent: 'Not heard from since {at}',
} as const
