import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { apiSchemas } from './scripts/schema-plugin.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** The dashboard's build: `npm run build`. What lies in public/ goes along, so that dist/public is all static assets. */
export default defineConfig({
  root: path('src/dashboard'),
  publicDir: path('public'),
  plugins: [apiSchemas()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path('dist/public'),
    emptyOutDir: true,
    assetsDir: 'dashboard',
    // light-dark() and Intl.DurationFormat set the floor; CSS must not be lowered below it.
    target: ['chrome129', 'firefox136', 'safari18.4'],
    // Inlined files would need data: in places where the Content-Security-Policy has none.
    assetsInlineLimit: 0,
    // All that is asked of a chunk's preload is in its target.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // What nearly every page uses is one file, and so is what charts share with uPlot, which follows: without this, each
    // script that is loaded on demand splits them further.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', minShareCount: 8 },
            {
              name: 'chart',
              test: /src.dashboard.chart.(address|chart|chart-settings|legend|not-finite|smoothing|use-plot|values|view)\./,
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
})
