import type { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { aDelivery } from './deliveries.ts';
import { startLab, type Lab } from './lab.ts';
import { collect, open } from './raw.ts';

let lab: Lab;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await lab.stop();
});

it('serves good senders while 1,000 slow ones hold their connections', async () => {
  lab = await startLab();
  for (let index = 0; index < 1000; index += 1) {
    const socket = await open(lab.port);
    sockets.push(socket);
    // Half of them dawdle over the headers, half over the body.
    socket.write('POST /webhooks/treasury HTTP/1.1\r\nhost: x\r\n');
    if (index % 2 === 0) socket.write('content-length: 1000\r\n\r\n{');
  }

  const times: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const startedAt = performance.now();
    expect(await lab.post(aDelivery({ approvalId: `ap-${index}` }))).toBe(200);
    times.push(performance.now() - startedAt);
  }

  const p99 = times.toSorted((a, b) => a - b)[197] ?? Infinity;
  expect(p99).toBeLessThan(1000);
});

it.each([
  ['headers', 'POST /webhooks/treasury HTTP/1.1\r\nhost: x\r\n', 5],
  ['a body', 'POST /webhooks/treasury HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{', 10],
])('hangs up on a sender that does not finish %s in time', async (_name, start, seconds) => {
  lab = await startLab();
  const socket = await open(lab.port);
  sockets.push(socket);
  const startedAt = Date.now();
  // A byte now and then must not buy more time.
  const dripping = setInterval(() => socket.write('x'), 300);

  const answered = collect(socket);
  socket.write(start);
  const text = await answered;
  clearInterval(dripping);

  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect((Date.now() - startedAt) / 1000).toBeLessThan(seconds + 2.5);
});

it('keeps its memory while somebody pours 200 MB into it', async () => {
  lab = await startLab();
  const before = process.memoryUsage.rss();
  const socket = await open(lab.port);
  sockets.push(socket);
  const answered = collect(socket);
  socket.write('POST /webhooks/treasury HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1024 * 1024, 'x'), Buffer.from('\r\n')]);

  let sent = 0;
  while (sent < 200 && !socket.destroyed) {
    await new Promise((resolve) => socket.write(chunk, resolve));
    sent += 1;
  }

  expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
  expect(sent).toBeLessThan(200);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
});
