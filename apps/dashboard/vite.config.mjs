import { defineConfig } from 'vite';
import { compressed } from './build/compressed.mjs';

/** The API that the development server hands /v1 on to. */
const API = process.env.DASHBOARD_API || 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../dist/apps/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // What is in the bundle, with the licences that want to be told; npm run supply looks at it.
    license: { fileName: 'assets/licences.json' },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      // Components say "use client" for servers that render; there is none here.
      onLog: (level, log, tell) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : tell(level, log)),
    },
  },
  plugins: [compressed()],
  server: { host: '127.0.0.1', proxy: { '/v1': API } },
});
