// How long the last list was that was taken: kept in a small file, because a list that shrank may be a broken one.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const shape = z.strictObject({ origins: z.array(z.string()), entries: z.int().min(0) });

export type LastLength = { readonly origins: readonly string[]; readonly entries: number };

/** Null when nothing is known about a list from these origins; a file that can't be read is nothing known. */
export async function rememberedLength(path: string, origins: readonly string[]): Promise<number | null> {
  try {
    const reading = shape.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!reading.success) return null;
    return reading.data.origins.join('\n') === origins.join('\n') ? reading.data.entries : null;
  } catch {
    // The first start, or a folder that forgets: then the first list sets the measure.
    return null;
  }
}

/** Best effort: without it only a restart forgets, and the list itself is as good. */
export async function rememberLength(path: string, length: LastLength): Promise<'kept' | 'forgotten'> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Renamed into place, so that nobody reads half of it.
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(length), { mode: 0o600 });
    await rename(draft, path);
    return 'kept';
  } catch {
    // A folder that can't be written, as in a container without one.
    return 'forgotten';
  }
}
