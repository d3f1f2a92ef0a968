// One running PostgreSQL server: started, awaited, watched over and stopped.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './embedded-lock.ts';
import { commandFor } from './embedded-programs.ts';
import type { Account, Programs } from './embedded-programs.ts';

/** Long, because a server that was killed first replays its journal. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;

export type Server = { port: number; stop(): Promise<void> };

export type ServerOptions = {
  account: Account;
  programs: Programs;
  dataPath: string;
  logPath: string;
  settings: Record<string, string>;
  onUnexpectedExit(code: number | null): void;
};

export async function startServer(options: ServerOptions): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const started = await tryStart(options, port);
    if (started.kind === 'running') return started.server;
    const log = await readFile(options.logPath, 'utf8').catch(() => '');
    // Another process can take the port between the look and the start.
    if (attempt < 5 && log.includes('could not bind')) continue;
    throw new Error(`failed to start the embedded PostgreSQL (exit code ${started.code}): ${log.slice(-2000).trim()}`);
  }
}

type Started = { kind: 'running'; server: Server } | { kind: 'exited'; code: number | null };

async function tryStart(options: ServerOptions, port: number): Promise<Started> {
  const { account, programs, dataPath, logPath, settings } = options;
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = commandFor(account, programs.postgres, ['-D', dataPath, ...flags]);
  const log = await open(logPath, 'w', 0o600);
  // In a group of its own: Ctrl-C in a terminal reaches the whole group, and would stop the database before the
  // rest of the program has finished its work.
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const exited = exitOf(child);
  const pid = child.pid;
  if (pid === undefined) return { kind: 'exited', code: await exited };
  const watcher = watchOver(pid);
  child.unref();

  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  void exited.then((code) => {
    watcher?.kill();
    if (phase === 'running') options.onUnexpectedExit(code);
  });

  const deadlineAt = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(dataPath, pid))) {
    if (hasEnded(child)) return { kind: 'exited', code: child.exitCode };
    if (Date.now() > deadlineAt) {
      await stopProcess(pid);
      throw new Error(`failed to start the embedded PostgreSQL in ${START_TIMEOUT_MS / 1000} s: see ${logPath}`);
    }
    await sleep(5);
  }
  phase = 'running';
  const stop = async (): Promise<void> => {
    phase = 'stopping';
    child.ref();
    // When it ended by itself, its pid may belong to somebody else by now.
    if (!hasEnded(child)) await stopProcess(pid);
    await exited;
  };
  return { kind: 'running', server: { port, stop } };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  try {
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : null;
  } catch {
    // It could not even be started; the log or the missing pid tells the caller.
    return null;
  }
}

/**
 * Stops the server when this process is gone, however it went: the watcher's standard input is a pipe from here,
 * and the system closes it even after kill -9. It has a group of its own for the same reason as the server.
 * (`setpriv --pdeathsig` does the same on Linux alone, and only until the thread that called it ends.)
 * Windows has no such shell; there a killed Countersign leaves its server, and the next start stops it.
 */
function watchOver(pid: number): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const script = 'read -r _; kill -INT "$0"';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {
    // Best effort, as on Windows: a machine without a shell still gets its database.
  });
  watcher.unref();
  return watcher;
}

/** The server writes its pid to the first line of its lock file, and its state to the eighth. */
async function isReady(dataPath: string, pid: number): Promise<boolean> {
  const lines = await readServerFile(dataPath);
  return lines[0] === String(pid) && (lines[7] ?? '').startsWith('ready');
}

async function readServerFile(dataPath: string): Promise<string[]> {
  const text = await readFile(join(dataPath, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n');
}

/** After a crash: stops a server that outlived its process, and removes the trace of one that did not. */
export async function stopLeftover(dataPath: string): Promise<'none' | 'stopped'> {
  const pid = Number((await readServerFile(dataPath))[0]);
  if (!Number.isInteger(pid) || pid <= 0) return 'none';
  if ((await isRunning(pid)) && (await servesFolder(pid, dataPath))) {
    await stopProcess(pid);
    return 'stopped';
  }
  // PostgreSQL takes any living process with the old pid for its own, and would refuse to start.
  await rm(join(dataPath, 'postmaster.pid'), { force: true });
  return 'none';
}

async function servesFolder(pid: number, dataPath: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    // A server works in its data folder. A process whose folder can't be read belongs to somebody else.
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(dataPath));
  } catch {
    return false;
  }
}

/** First without its clients (what is committed is written), then at once (the journal is replayed at the next start). */
async function stopProcess(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const deadlineAt = Date.now() + STOP_TIMEOUT_MS;
    if (await isRunning(pid)) send(pid, signal);
    while (await isRunning(pid)) {
      if (Date.now() > deadlineAt) break;
      await sleep(5);
    }
    if (!(await isRunning(pid))) return;
  }
  throw new Error(`failed to stop the embedded PostgreSQL (pid ${pid})`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself between the look and the signal, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('failed to find a free port');
  return address.port;
}
