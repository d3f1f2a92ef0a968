// The page's server and the start of the whole sandbox, without a browser.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { slackApp, startSandbox } from '../../src/sandbox/index.ts';
import { startPage } from '../../src/sandbox/page-server.ts';
import { startPageApp } from './page-app.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const somewhere = { custodyUrl: 'http://127.0.0.1:4002', slackUrl: 'http://127.0.0.1:4001' };

test('serves the page, its script and its style, and names no other host', async () => {
  const page = await startPage(somewhere);
  cleanups.push(page.stop);

  const [html, script, style] = await Promise.all(
    ['/', '/page.js', '/page.css'].map((path) => fetch(`${page.url}${path}`)),
  );
  expect([html?.status, script?.status, style?.status]).toEqual([200, 200, 200]);
  const text = (await html?.text()) ?? '';
  expect(text.match(/https?:\/\/[^"'\s]+/g)).toEqual([somewhere.custodyUrl, somewhere.slackUrl]);
  expect((await style?.text()) ?? '').not.toMatch(/url\(|@import/);
  expect(html?.headers.get('content-security-policy')).toContain(
    `connect-src 'self' ${somewhere.custodyUrl} ${somewhere.slackUrl}`,
  );
});

test('answers nothing else', async () => {
  const page = await startPage(somewhere);
  cleanups.push(page.stop);

  expect((await fetch(`${page.url}/nothing`)).status).toBe(404);
  expect((await fetch(page.url, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${page.url}/bot/readyz`)).status).toBe(503);
});

test('tells whether the bot is ready once it knows where the bot is', async () => {
  const page = await startPage(somewhere);
  cleanups.push(page.stop);
  const app = await startPageApp(() => '');
  cleanups.push(app.stop);

  page.watchBot(app.url);
  expect((await fetch(`${page.url}/bot/readyz`)).status).toBe(200);
  page.watchBot('http://127.0.0.1:9');
  expect((await fetch(`${page.url}/bot/readyz`)).status).toBe(503);
});

test('starts all three and carries a webhook to the bot and a click back to it', async () => {
  const sandbox = await startSandbox();
  cleanups.push(sandbox.stop);
  const app = await startPageApp(() => sandbox.slack.url);
  cleanups.push(app.stop);
  sandbox.connectBot(app.url);

  sandbox.custody.play('large-transfer');
  await sandbox.custody.settled();
  const channel = () => sandbox.slack.state().channels.find(({ id }) => id === 'C0APPROVALS');
  await expect.poll(() => channel()?.messages.length).toBe(1);
  const ts = channel()?.messages[0]?.ts ?? '';
  const outcome = await sandbox.slack.click({ user: 'U0ALICE', channel: 'C0APPROVALS', ts, actionId: 'refuse' });
  expect(outcome).toMatchObject({ kind: 'delivered', status: 200 });
  expect(app.interactions[0]?.user.id).toBe('U0ALICE');
});

test('knows the company’s people, and those who may decide nothing', async () => {
  const sandbox = await startSandbox({ page: false });
  cleanups.push(sandbox.stop);

  const response = await fetch(`${sandbox.slack.url}users.info?user=U0GUEST`, {
    headers: { authorization: `Bearer ${slackApp.botToken}` },
  });
  expect(await response.json()).toMatchObject({ ok: true, user: { is_restricted: true, team_id: 'T0NORTH' } });
  expect(sandbox.page).toBeUndefined();
});

test('leaves nothing running when one of the three cannot start', async () => {
  const free = await listen(0);
  const port = portOf(free);
  await close(free);
  const taken = await listen(0);
  cleanups.push(() => close(taken));

  const started = startSandbox({ ports: { custody: port, page: portOf(taken) } });
  await expect(started).rejects.toThrow('failed to start the sandbox');
  const again = await listen(port);
  cleanups.push(() => close(again));
  expect(portOf(again)).toBe(port);
});

async function listen(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
