// Lay a .gz and a .br beside every text file of the build, for the server to send as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const ASSETS = fileURLToPath(new URL('../dist/assets', import.meta.url));
const WORTH_IT = 1024;

for (const name of readdirSync(ASSETS).filter((file) => /\.(js|css|svg)$/.test(file))) {
  const file = join(ASSETS, name);
  const content = readFileSync(file);
  if (content.length < WORTH_IT) continue;
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params: quality }));
}
