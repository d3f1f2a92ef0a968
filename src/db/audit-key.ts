// The key of the audit chain: from the configuration, or a private file beside the embedded database.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Kept outside the database, so that whoever can write there still can't forge a row. */
export async function readAuditKey(configured: string | null, dataDir: string): Promise<Uint8Array> {
  if (configured !== null) return new TextEncoder().encode(configured);
  const path = join(dataDir, 'audit.key');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(randomBytes(32).toString('hex'));
    await file.sync();
    await file.close();
  } catch (error) {
    // Made by an earlier start: an existing key is never replaced, or every old row would look forged.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const text = (await readFile(path, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new Error(`failed to read the audit key: ${path} does not hold 64 hex digits`);
  return new TextEncoder().encode(text);
}
