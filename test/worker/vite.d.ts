interface ImportMeta {
  /** Vite's: the contents of the files that match, by path. */
  glob<T>(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, T>
}

/** Vite's: the content of a file. */
declare module '*?raw' {
  const content: string
  export default content
}
