import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDelivery, secret, signed } from './deliveries.ts';
import { startLab, type Lab } from './lab.ts';
import { bytesOf, exchange } from './raw.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(async () => lab.stop());

const path = '/webhooks/treasury';
const good = aDelivery();
const signature = good.headers['x-dfns-webhook-signature'] ?? '';
const digest = signature.slice('sha256='.length);
const header = (value: string) => [['x-dfns-webhook-signature', value]] as const;
const nowSeconds = Math.floor(Date.now() / 1000);

const withoutDate = (text: string): string => text.replace(/^date: .*$/im, '');

async function countDeliveries(): Promise<number> {
  const [row] = await lab.sql<{ count: number }[]>`select count(*)::int as count from deliveries`;
  return row?.count ?? -1;
}

describe('what is accepted', () => {
  it('answers exactly 200 once the delivery, its bytes and its task are committed', async () => {
    const delivery = aDelivery({ approvalId: 'ap-one' });

    const response = await fetch(`${lab.url}${path}`, {
      method: 'POST',
      headers: { ...delivery.headers, authorization: 'Bearer sesame' },
      body: new Uint8Array(delivery.body),
    });

    expect([response.status, await response.text()]).toEqual([200, '']);
    const [row] = await lab.sql`select * from deliveries where platform_id = 'ap-one'`;
    expect(row).toMatchObject({ connection: 'treasury', event_kind: 'policy.approval.pending', body: delivery.body });
    expect(row?.['headers']).toMatchObject(delivery.headers);
    expect(row?.['headers']).not.toHaveProperty('authorization');
    const [task] = await lab.sql`select key, kind, task, version from outbox where key like '%ap-one'`;
    expect(task).toEqual({
      key: 'refresh/treasury/ap-one',
      kind: 'refresh',
      task: { kind: 'refresh', connection: 'treasury', platformId: 'ap-one' },
      version: 1,
    });
  });

  it('records an unknown kind of event, and asks for nothing', async () => {
    const status = await lab.post(aDelivery({ kind: 'wallet.created', approvalId: null }));

    expect(status).toBe(200);
    const rows = await lab.sql`select platform_id from deliveries where event_kind = 'wallet.created'`;
    expect(rows).toEqual([{ platform_id: null }]);
  });

  it('takes a body of 256 KiB', async () => {
    const room = 256 * 1024 - aDelivery({ approvalId: 'ap-big' }).body.length;

    const status = await lab.post(aDelivery({ approvalId: 'ap-big', memo: 'x'.repeat(room) }));

    expect(status).toBe(200);
  });

  it('ignores a query', async () => {
    expect(await lab.post(aDelivery({ approvalId: 'ap-query' }), `${path}?a=b`)).toBe(200);
  });
});

describe('what is not signed', () => {
  const notSigned: [string, readonly (readonly [string, string])[], (Buffer | string)?][] = [
    ['no header', []],
    ['an empty header', header('')],
    ['the digest alone', header(digest)],
    ['another algorithm', header(`sha1=${digest}`)],
    ['upper case', header(`sha256=${digest.toUpperCase()}`)],
    ['a digest that is one short', header(signature.slice(0, -1))],
    ['a digest that is one long', header(`${signature}0`)],
    ['trailing garbage', header(`${signature}=x`)],
    ['a letter that is not hexadecimal', header(`sha256=${digest.slice(0, -1)}g`)],
    ['base64', header(`sha256=${Buffer.from(digest, 'hex').toString('base64')}`)],
    ['two signatures in one header', header(`${signature},${signature}`)],
    ['the header twice', [...header(signature), ...header(signature)]],
    ['another secret', header(signed(good.body, `${secret}x`)['x-dfns-webhook-signature'] ?? '')],
    [
      'the first bit flipped',
      header(`sha256=${(Number.parseInt(digest[0] ?? '0', 16) ^ 1).toString(16)}${digest.slice(1)}`),
    ],
    ['a body with one more blank', header(signature), `${good.body.toString()}!`],
    ['an empty body', header(signature), ''],
    ['a body that is no JSON', header(signed(Buffer.from('{'))['x-dfns-webhook-signature'] ?? ''), '{'],
    ['a stamp too old', ...stamped(nowSeconds - 301)],
    ['a stamp from the future', ...stamped(nowSeconds + 310)],
  ];

  function stamped(sentAt: number): [readonly (readonly [string, string])[], Buffer] {
    const { body, headers } = aDelivery({ sentAt });
    return [header(headers['x-dfns-webhook-signature'] ?? ''), body];
  }

  it.each(notSigned)('refuses %s with 401 and stores nothing', async (_name, headers, body = good.body) => {
    const before = await countDeliveries();

    const { status } = await exchange(lab.port, bytesOf({ path, headers, body }));

    expect(status).toBe(401);
    expect(await countDeliveries()).toBe(before);
  });

  it('gives the same answer for a connection that does not exist as for a bad signature', async () => {
    const wrong = header(`sha256=${'0'.repeat(64)}`);
    const known = await exchange(lab.port, bytesOf({ path, headers: wrong, body: good.body }));

    for (const name of ['nobody', 'TREASURY', 'treasury/', 'treasury%00', '../treasury', '__proto__', '']) {
      const unknown = await exchange(
        lab.port,
        bytesOf({ path: `/webhooks/${name}`, headers: header(signature), body: good.body }),
      );
      expect({ name, text: withoutDate(unknown.text) }).toEqual({ name, text: withoutDate(known.text) });
    }
  });

  it('counts a made-up name as unknown, so that no label grows', async () => {
    lab.results.length = 0;

    await lab.post(good, '/webhooks/made-up');

    expect(lab.results).toEqual([[null, 'refused']]);
  });
});

describe('what is not read', () => {
  it.each([
    ['announces a megabyte', bytesOf({ path, headers: header(signature), body: Buffer.alloc(1024 * 1024, 'x') })],
    ['sends a megabyte in chunks', chunked(Buffer.alloc(1024 * 1024, 'x'))],
    ['is one byte over', bytesOf({ path, headers: header(signature), body: Buffer.alloc(256 * 1024 + 1, 'x') })],
  ])('answers 413 and hangs up when a sender %s', async (_name, bytes) => {
    const { status, text } = await exchange(lab.port, bytes);

    expect(status).toBe(413);
    expect(text).toMatch(/^connection: close$/im);
  });

  function chunked(body: Buffer): Buffer {
    const head = bytesOf({ path, headers: [...header(signature), ['transfer-encoding', 'chunked']], announce: false });
    return Buffer.concat([head, Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
  }

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', ''])(
    'refuses the content encoding %j with 415',
    async (encoding) => {
      const headers = [...header(signature), ['content-encoding', encoding]] as const;

      const { status } = await exchange(lab.port, bytesOf({ path, headers, body: good.body }));

      expect(status).toBe(415);
    },
  );

  it.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('refuses %s with 405', async (method) => {
    const { status, text } = await exchange(lab.port, bytesOf({ method, path, headers: [] }));

    expect(status).toBe(405);
    expect(text).toMatch(/^allow: POST$/im);
  });

  it('refuses headers of more than 8 KiB', async () => {
    const { status } = await exchange(lab.port, bytesOf({ path, headers: [['x-long', 'x'.repeat(9000)]] }));

    expect(status).toBe(431);
  });

  it('survives a sender that goes away in the middle', async () => {
    lab.results.length = 0;
    const controller = new AbortController();
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(Buffer.from('{"a":'));
        setTimeout(() => controller.abort(), 20);
      },
    });

    await fetch(`${lab.url}${path}`, { method: 'POST', body, duplex: 'half', signal: controller.signal }).catch(
      () => {},
    );

    await expect.poll(() => lab.results).toEqual([['treasury', 'aborted']]);
    expect(await lab.post(aDelivery({ approvalId: 'ap-after' }))).toBe(200);
  });
});

it('never logs a body, a signature or a secret', async () => {
  await lab.post(aDelivery({ approvalId: 'ap-log', memo: 'canary-memo' }));
  await lab.post({
    ...aDelivery({ memo: 'canary-memo' }),
    headers: { 'x-dfns-webhook-signature': `sha256=${'1'.repeat(64)}` },
  });

  const log = lab.logged.join('');
  expect(log).toContain('delivery refused');
  expect(log).not.toMatch(/canary-memo|sha256=|whs-/);
});
