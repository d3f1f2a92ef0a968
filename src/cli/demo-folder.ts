// Where the demo keeps what it writes: a folder that goes away with it, or one that stays.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type DemoFolder = {
  readonly path: string;
  /** Whether the next demo finds what this one leaves. */
  readonly isKept: boolean;
  remove(): Promise<void>;
};

const keptFolder = '.countersign/demo';

/** A fresh one every time unless it is to be kept: the sandbox's platform forgets everything when it stops. */
export async function openDemoFolder(options: { keep: boolean }): Promise<DemoFolder> {
  if (options.keep) {
    const path = resolve(keptFolder);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return { path, isKept: true, remove: async () => undefined };
  }
  const path = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  return { path, isKept: false, remove: async () => rm(path, { recursive: true, force: true }) };
}

/** Secrets of the sandbox only, and still for nobody else to read: a habit worth keeping. */
export async function writeDemoFiles(
  folder: string,
  input: { files: Readonly<Record<string, string>>; env: Readonly<Record<string, string>> },
): Promise<void> {
  const env = Object.entries(input.env).map(([name, value]) => `${name}=${shellQuoted(value)}\n`);
  for (const [name, text] of [...Object.entries(input.files), ['demo.env', env.join('')] as const]) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
}

function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
