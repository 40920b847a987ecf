// Fails when a first load costs more gzip JavaScript than its budget. A load is the entry, the lazy chunks the page asks
// for, and everything these import; texts count in the larger language.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8'));
const LANGUAGES = ['en', 'zh-CN'];
const BASE = { pages: ['index.html'], texts: ['common', 'errors'] };
const SHELL = ['src/app/shell/WorkspaceLayout.tsx', 'src/app/palette/CommandPalette.tsx'];

const LOADS = [
  { name: 'sign-in', budget: 250_000, pages: ['src/features/auth/components/SignInPage.tsx'], texts: ['auth'] },
  {
    name: 'first list',
    budget: 500_000,
    pages: [...SHELL, 'src/features/leads/components/LeadsPage.tsx'],
    texts: ['auth', 'leads', 'records', 'imports'],
  },
];

function closure(key, into) {
  if (into.has(key)) return;
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the build: has the file moved?`);
  into.add(key);
  for (const other of chunk.imports ?? []) closure(other, into);
}

function gzipBytes(file) {
  return file.endsWith('.js') ? gzipSync(readFileSync(DIST + file), { level: 9 }).length : 0;
}

function cost({ pages, texts }, language) {
  const chunks = new Set();
  const named = [...BASE.texts, ...texts].map((name) => `src/locales/${language}/${name}.json`);
  for (const key of [...BASE.pages, ...pages, ...named]) closure(key, chunks);
  return [...chunks].reduce((sum, key) => sum + gzipBytes(manifest[key].file), 0);
}

let over = false;
for (const load of LOADS) {
  const bytes = Math.max(...LANGUAGES.map((language) => cost(load, language)));
  const verdict = bytes > load.budget ? 'OVER BUDGET' : 'ok';
  over ||= bytes > load.budget;
  console.log(`${load.name}: ${(bytes / 1000).toFixed(1)} kB gzip of ${load.budget / 1000} kB: ${verdict}`);
}
if (over) process.exit(1);
