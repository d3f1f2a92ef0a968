import { EventEmitter, once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import { createApp } from '../../src/http/app.ts';
import { aDelivery } from './deliveries.ts';
import { aLog, anAppDeps } from './lab.ts';
import { aPlatform } from './platform.ts';
import { open } from './raw.ts';

let server: HttpServer;
const agent = new Agent({ keepAlive: true });

afterEach(() => agent.destroy());

/** An intake whose storage answers when the test says so. */
async function startGated(): Promise<EventEmitter> {
  const gate = new EventEmitter();
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: new Map([['treasury', aPlatform('treasury')]]),
    now: Date.now,
    log: aLog([]),
    inbox: {
      store: async () => {
        gate.emit('arrived');
        await once(gate, 'released');
        return 'stored';
      },
      close: async () => {},
    },
    app: createApp(anAppDeps()),
  });
  return gate;
}

async function post(): Promise<number | undefined> {
  const { headers, body } = aDelivery();
  const sent = request(`${server.url}/webhooks/treasury`, { method: 'POST', headers, agent }).end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

it('finishes what runs, and hangs up on connections that turn idle', async () => {
  const gate = await startGated();
  const arrived = once(gate, 'arrived');
  const running = post();
  await arrived;

  const startedAt = Date.now();
  const stopped = server.stop();
  await expect(open(server.port)).rejects.toThrow('ECONNREFUSED');
  gate.emit('released');

  expect(await running).toBe(200);
  await stopped;
  expect(Date.now() - startedAt).toBeLessThan(500);
});

it.each([
  ['said nothing', ''],
  ['stopped in the middle of a request', 'POST /webhooks/treasury HTTP/1.1\r\nhost: x\r\n'],
])('waits two seconds at most for a connection that %s', async (_name, start) => {
  await startGated();
  const socket = await open(server.port);
  if (start !== '') socket.write(start);

  const startedAt = Date.now();
  await server.stop();

  expect(Date.now() - startedAt).toBeLessThan(2500);
  socket.destroy();
});

it('cuts after two seconds what does not end', async () => {
  const gate = await startGated();
  const arrived = once(gate, 'arrived');
  const running = post();
  const failed = running.catch((error: unknown) => String(error));
  await arrived;

  const startedAt = Date.now();
  await server.stop();

  expect(await failed).toContain('socket hang up');
  const tookMs = Date.now() - startedAt;
  expect(tookMs).toBeGreaterThan(1500);
  expect(tookMs).toBeLessThan(3000);
});

it('may be stopped twice', async () => {
  await startGated();

  await Promise.all([server.stop(), server.stop()]);

  await expect(open(server.port)).rejects.toThrow('ECONNREFUSED');
});
