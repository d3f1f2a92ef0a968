// Reads published test vectors that lie beside the checkout; a test that needs a missing one is skipped and says so.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

const VECTORS = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));

/** The text of one vector file, or the test is skipped with a printed reason. */
export function readVectors(context: TestContext, file: string): string {
  const path = `${VECTORS}${file}`;
  if (!existsSync(path)) {
    const reason = `published vectors are not here: ../shared/vectors/${file}`;
    process.stdout.write(`skipped: ${context.task.name}: ${reason}\n`);
    context.skip(reason);
  }
  return readFileSync(path, 'utf8');
}
