// The files of the project as a clean checkout has them, without asking git, which a copy may not have.
import { readdir } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = fileURLToPath(new URL('../..', import.meta.url));

/** What .gitignore keeps out, and git itself. */
const ignored = new Set(['node_modules', 'dist', '.countersign', 'coverage', '.git']);
const binary = new Set(['.png', '.log']);

/** Paths from the top folder, with `/`, in order. */
export async function projectFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (ignored.has(entry.name)) continue;
      if (entry.isDirectory()) await walk(path);
      else found.push(relative(projectDir, path));
    }
  };
  await walk(projectDir);
  return found.toSorted();
}

export async function textFiles(): Promise<readonly string[]> {
  return (await projectFiles()).filter((path) => !binary.has(extname(path)));
}
