// Builds the dashboard into static files that the collector serves under a strict content security policy: no inline
// script, no inline style element, everything bundled (closed networks have no CDN). In development `/api` and
// `/login` go to a running collector.
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const COLLECTOR = 'http://127.0.0.1:4319';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // A font or picture as data: would need `data:` in the policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': COLLECTOR, '/login': COLLECTOR } },
});
