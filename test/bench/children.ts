// Programs of the benchmark that run in processes of their own, so that their processor time can be told apart.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Child = {
  pid: number;
  /** What it answered to the first order. */
  first: unknown;
  /** Sends an order and waits for the answer to it. */
  ask(order: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts `name` beside this file. It answers every order in turn, and the first answer says that it is ready. */
export async function startChild(name: string, order: unknown): Promise<Child> {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const ask = async (next: unknown): Promise<unknown> => {
    const answered = answerOf(child);
    child.send(JSON.stringify(next));
    return answered;
  };
  const first = await ask(order);
  const { pid } = child;
  if (pid === undefined) throw new Error(`failed to start ${name}`);
  return {
    pid,
    first,
    ask,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const gone = new AbortController();
  const [answer] = await Promise.race([
    once(child, 'message', { signal: gone.signal }),
    once(child, 'exit', { signal: gone.signal }).then(([code]) => {
      throw new Error(`a benchmark program ended with ${code}`);
    }),
  ]).finally(() => gone.abort());
  return answer;
}

/** The other side: handles one order after the other. */
export function serveOrders(handle: (order: unknown) => Promise<unknown>): void {
  process.on('message', (order) => {
    handle(JSON.parse(String(order))).then(
      (answer) => process.send?.(answer ?? null),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
