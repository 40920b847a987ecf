import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { devMock } from './dev-mock/plugin.ts';

const source = fileURLToPath(new URL('./src', import.meta.url));
const backend = process.env.CRM_BACKEND;
const proxied = ['/api', '/dev'];

/** `CRM_BACKEND=http://localhost:8000 npm run dev` uses a real server; without it the dev mock answers. */
export default defineConfig({
  base: '/',
  plugins: [react(), ...(backend ? [] : [devMock()])],
  resolve: { alias: { '@': source } },
  server: {
    host: '127.0.0.1',
    proxy: backend ? Object.fromEntries(proxied.map((path) => [path, { target: backend }])) : {},
  },
  preview: { host: '127.0.0.1' },
  build: { outDir: 'dist', assetsDir: 'assets', manifest: true, sourcemap: false, assetsInlineLimit: 0 },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://localhost:3000/' } },
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    setupFiles: ['./test/setup.ts'],
    restoreMocks: true,
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});
