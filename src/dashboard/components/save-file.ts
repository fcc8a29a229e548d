/** Has the browser save a file that the page has made. */
export function saveFile(content: BlobPart[], type: string, name: string): void {
  const address = URL.createObjectURL(new Blob(content, { type }))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  URL.revokeObjectURL(address)
}
