// Commands as a person runs them: in a process of their own, or in this one with everything they print kept.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createProgram } from '../../src/cli/program.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { loadConfig, type Config, type ConfigFault } from '../../src/config.ts';
import { platforms } from '../../src/platforms/index.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { wire } from '../../src/sandbox/wiring.ts';

export type Ended = { code: number | null; out: string; err: string };

export type Child = {
  ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  sees(words: string): Promise<void>;
  /** As `head` does when it has enough. */
  stopReading(...streams: readonly ('stdout' | 'stderr')[]): void;
};

const root = resolve(import.meta.dirname, '../..');

/** `node --import tsx src/main.ts …` in a folder of its own, with this environment and nothing else. */
export function startChild(args: readonly string[], env: Record<string, string> = {}, cwd = root): Child {
  const main = join(root, 'src/main.ts');
  const tsx = join(root, 'node_modules/tsx/dist/esm/index.mjs');
  const child = spawn(process.execPath, ['--import', tsx, main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const watchers = new Set<() => void>();
  const tell = (): void => watchers.forEach((watcher) => watcher());
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    tell();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    tell();
  });
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, out, err })));
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    stopReading: (...streams) => streams.forEach((name) => child[name].destroy()),
    sees: (words) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (!`${out}${err}`.includes(words)) return;
          watchers.delete(look);
          done();
        };
        watchers.add(look);
        look();
        void ended.then(() => fail(new Error(`ended without saying "${words}": ${out}${err}`)));
      }),
  };
}

export const runChild = (args: readonly string[], env?: Record<string, string>, cwd?: string): Promise<Ended> =>
  startChild(args, env, cwd).ended;

/** The same command in this process. */
export async function runHere(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  let [out, err] = ['', ''];
  let code: number | null = null;
  const program = createProgram({
    terminal: createTerminal({
      out: { write: (text: string | Uint8Array) => ((out += String(text)), true) },
      err: { write: (text: string | Uint8Array) => ((err += String(text)), true) },
    }),
    loadConfig: () => loadConfig({ env, readFile: (path) => readFileSync(path, 'utf8'), platforms, parseRulebook }),
    loadDemo: () => Promise.reject(new Error('no demo in this test')),
    setExitCode: (given) => (code = given),
  });
  await program.parseAsync(['node', 'countersign', ...args]);
  return { code, out, err };
}

export type Deployment = {
  sandbox: Sandbox;
  folder: string;
  env: Record<string, string>;
  /** The text of the configuration file, changed; written where `env` says. */
  rewrite(change: (text: string) => string): Promise<void>;
  config(): { config: Config; warnings: readonly ConfigFault[] };
  stop(): Promise<void>;
};

/** The demo company's configuration, on a database of the test. */
export async function deploy(databaseUrl: string): Promise<Deployment> {
  const sandbox = await startSandbox({ page: false });
  const folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
  const wiring = wire({ custodyUrl: sandbox.custody.url, slackApiUrl: sandbox.slack.url });
  const file = join(folder, 'countersign.yaml');
  const text = `${wiring.files['countersign.yaml']}audit:\n  key: \${AUDIT_KEY}\n`;
  await writeFile(file, text);
  const { 'countersign.yaml': _, ...beside } = wiring.files;
  for (const [name, content] of Object.entries(beside)) await writeFile(join(folder, name), content);
  const env: Record<string, string> = {
    ...wiring.env,
    CONFIG_FILE: file,
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(folder, 'data'),
    AUDIT_KEY: 'k'.repeat(64),
    LOG_LEVEL: 'silent',
    PORT: '0',
  };
  return {
    sandbox,
    folder,
    env,
    rewrite: async (change) => {
      const changed = change(text);
      await writeFile(file, changed);
    },
    config: () => {
      const reading = loadConfig({
        env,
        readFile: (path) => readFileSync(path, 'utf8'),
        platforms,
        parseRulebook,
      });
      if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
      return reading;
    },
    stop: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
