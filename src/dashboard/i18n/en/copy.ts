/** Ids to copy, and requests to copy as commands. */
export const copy = {
  id: 'ID',
  copyId: 'Copy ID',
  copyIdOf: 'Copy the ID of {name}',
  copied: 'Copied',
  failed: 'The browser doesn’t allow copying. Select the text and copy it manually.',
  curl: 'Copy as curl',
  curlCopied: 'curl command copied',
  curlCopiedToken: 'curl command copied. Put a token into STELLWERK_TOKEN before you run it.',
  requests: 'Requests as curl',
  requestsHint: 'Each button copies a command for a shell.',
  read: 'Read the job',
  follow: 'Follow it live',
  events: 'Read its activity',
  curve: 'Download its curve',
} as const
