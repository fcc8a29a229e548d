/** What the tests take from Node, to compute digests as a stranger would. */
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): {
    update(text: string): { digest(encoding: 'hex' | 'base64'): string }
  }
}
