// A process of the product, seen from outside: started, watched, asked to stop, killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Child = {
  readonly name: string;
  readonly pid: number;
  /** Resolves with its address; rejects when it ends before it has one. */
  readonly listening: Promise<string>;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** The end of what it logged, for the message of a failing test. */
  output(): string;
  /** As an orchestrator does: SIGTERM, and then whatever it takes. */
  stop(): Promise<Exit & { readonly tookMs: number }>;
  kill(): Promise<void>;
};

const keptOutput = 20_000;

/** Those that run: a run of the tests that is cut short must not leave them behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startChild(name: string, program: string, env: Readonly<Record<string, string>>): Child {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of the caller's environment decides about the product.
    env: { PATH, HOME, TMPDIR, ...env },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`failed to start ${name}`);
  running.add(child);
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-keptOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = endOf(child);
  const listening = addressOf(child, exited, () => `${name} ended before it listened:\n${output}`);
  // Whoever waits for it hears of it; a process that is meant to die has nobody waiting.
  listening.catch(() => {});
  return {
    name,
    pid,
    listening,
    exited,
    isRunning: () => running.has(child),
    output: () => output,
    stop: async () => {
      const startedAt = performance.now();
      child.kill('SIGTERM');
      const exit = await exited;
      return { ...exit, tookMs: performance.now() - startedAt };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function endOf(child: ChildProcess): Promise<Exit> {
  await once(child, 'exit');
  running.delete(child);
  return { code: child.exitCode, signal: child.signalCode };
}

async function addressOf(child: ChildProcess, exited: Promise<Exit>, words: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const address = /^listening (\S+)$/m.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    void exited.then(() => reject(new Error(words())));
  });
}
