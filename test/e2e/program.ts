// The product as one file of JavaScript: a process that compiles it for itself takes three times as long to start.
import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('process.ts', import.meta.url));

/** As deep below the repository as `src/db`, from where the product looks for its migrations. */
const folder = fileURLToPath(new URL('../../node_modules/.e2e/', import.meta.url));

let built: Promise<string> | null = null;

/** Once per run of a test file; the path of the program. */
export async function buildProgram(): Promise<string> {
  return (built ??= bundle());
}

async function bundle(): Promise<string> {
  const own = `${folder}${randomUUID()}.mjs`;
  await build({
    entryPoints: [source],
    outfile: own,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  // Another test file may be starting processes from it right now.
  const program = `${folder}process.mjs`;
  await rename(own, program);
  return program;
}
