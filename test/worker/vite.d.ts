interface ImportMeta {
  /** Vite's: the contents of the files that match, by path. */
  glob<T>(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, T>
}
