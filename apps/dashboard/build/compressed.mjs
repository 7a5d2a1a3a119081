import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = /\.(js|css|html|svg|json)$/;
/** Below that the headers weigh more than what is saved. */
const LEAST_BYTES = 1024;

/** Writes a .br and a .gz beside what compresses well, so that the server compresses nothing. */
export function compressed() {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle: ({ dir }) => {
      for (const name of readdirSync(dir, { recursive: true })) {
        if (!TEXT.test(name)) continue;
        const file = join(dir, name);
        const bytes = readFileSync(file);
        if (bytes.length < LEAST_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
