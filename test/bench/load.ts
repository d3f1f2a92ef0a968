// The load: keep-alive sockets in a process of its own, each with one request in flight, bytes made beforehand.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { serveOrders } from './children.ts';
import { percentile } from './figures.ts';
import { loadOrderSchema, type LoadOrder, type LoadResult } from './orders.ts';
import { createWebhooks, type Webhook } from './webhooks.ts';

type Prepared = { readonly approvalId: string; readonly bytes: Buffer };

type Run = {
  readonly order: LoadOrder;
  readonly endAt: number;
  readonly timesMs: number[];
  readonly ids: string[];
  readonly next: () => Prepared;
  refused: number;
  broken: number;
};

async function apply(order: LoadOrder): Promise<LoadResult> {
  const create = createWebhooks(randomBytes(4).toString('hex'));
  const prepared = Array.from({ length: order.prepared }, () => prepare(create()));
  const startedAt = performance.now();
  const run: Run = {
    order,
    endAt: startedAt + order.seconds * 1000,
    timesMs: [],
    ids: [],
    next: () => prepared.pop() ?? prepare(create()),
    refused: 0,
    broken: 0,
  };
  await Promise.all(Array.from({ length: order.connections }, async () => keepBusy(run)));
  const sorted = Float64Array.from(run.timesMs).toSorted();
  return {
    acknowledged: run.timesMs.length,
    refused: run.refused,
    broken: run.broken,
    seconds: (performance.now() - startedAt) / 1000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    ids: run.ids,
  };
}

/** One connection after the other, until the time is up. */
async function keepBusy(run: Run): Promise<void> {
  while (performance.now() < run.endAt) {
    await useSocket(run);
    // A server that is away must not be asked in a tight loop.
    if (performance.now() < run.endAt) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function useSocket(run: Run): Promise<void> {
  const { order } = run;
  const pauseMs = order.rate === null ? 0 : (1000 * order.connections) / order.rate;
  return new Promise((resolve) => {
    let sentAt = 0;
    let current: Prepared | null = null;
    const isWhole = createReader();
    const send = (): void => {
      if (performance.now() >= run.endAt) return void socket.end();
      current = run.next();
      sentAt = performance.now();
      socket.write(current.bytes);
    };
    const onAnswer = (bytes: Buffer): void => {
      const status = isWhole(bytes);
      if (status === null) return;
      if (status === 200) {
        run.timesMs.push(performance.now() - sentAt);
        if (order.withIds && current !== null) run.ids.push(current.approvalId);
      } else run.refused += 1;
      current = null;
      if (pauseMs === 0) send();
      else setTimeout(send, pauseMs);
    };
    // Into one buffer, past the streams: the load must cost little on the processors that it shares with the servers.
    const buffer = Buffer.alloc(16 * 1024);
    const callback = (size: number): boolean => {
      onAnswer(buffer.subarray(0, size));
      return true;
    };
    const socket = connect({ port: order.port, host: '127.0.0.1', onread: { buffer, callback } });
    socket.setNoDelay(true);
    socket.on('connect', send);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (current !== null) run.broken += 1;
      resolve();
    });
  });
}

/** Tells the status once an answer is whole. All servers here say how long their answers are, and nearly all are alike. */
function createReader(): (bytes: Buffer) => number | null {
  let usual = 0;
  let pending = '';
  return (bytes) => {
    if (pending === '' && bytes.length === usual) return Number(bytes.toString('latin1', 9, 12));
    pending += bytes.toString('latin1');
    const end = pending.indexOf('\r\n\r\n');
    const length = /\r\ncontent-length: (\d+)/i.exec(pending)?.[1] ?? '0';
    if (end === -1 || pending.length < end + 4 + Number(length)) return null;
    const status = Number(pending.slice(9, 12));
    if (status === 200) usual = pending.length;
    pending = '';
    return status;
  };
}

function prepare({ approvalId, body, signature }: Webhook): Prepared {
  const head =
    'POST /webhooks/treasury HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: Dfns\r\ncontent-type: application/json\r\n' +
    `x-dfns-webhook-signature: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return { approvalId, bytes: Buffer.from(head + body, 'latin1') };
}

serveOrders(async (order) => {
  const parsed = loadOrderSchema.nullable().parse(order);
  return parsed === null ? null : apply(parsed);
});
