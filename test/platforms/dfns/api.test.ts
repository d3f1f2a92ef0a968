// Our client on the wire: the same requests as the recorded SDK, and a value for everything that can come back.
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApi, type DfnsApi } from '../../../src/platforms/dfns/api.ts';
import { readPrivateKey } from '../../../src/platforms/dfns/sign.ts';
import { createTransport } from '../../../src/platforms/dfns/transport.ts';
import { serviceAccount, textOf } from './fixtures.ts';
import { startRecording, type Asked, type RecordingServer, type Reply } from './recording-server.ts';

const { publicKey: _, privateKey: key } = generateKeyPairSync('ed25519');
const credentialId = 'Y2ktN2oxYTItcTg3b2MtOGZwYjFvZjg2OWJwdjRsaA';
const approvalId = 'ap-7k2nd-0q1hs-9rs8g0e7vqv3p2ab';

const challenge = {
  challenge: 'MWM0MmY5YTQ0MDRiNzdhNTFhNzY5',
  challengeIdentifier: 'eyJ0eXAi.challenge.jwt',
  allowCredentials: { key: [{ type: 'public-key', id: credentialId }], webauthn: [] },
};
const userAction = { userAction: 'eyJhbGciOi.useraction.token' };

let server: RecordingServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

async function apiAgainst(
  answer: (asked: Asked) => Reply | 'reset',
  credential: string | null = credentialId,
): Promise<DfnsApi> {
  server = await startRecording((asked) => {
    if (asked.path === '/auth/action/init') return answer(asked) ?? { body: challenge };
    if (asked.path === '/auth/action') return answer(asked) ?? { body: userAction };
    return answer(asked);
  });
  const signer = { key, credentialId: credential };
  return createApi({ baseUrl: server.url, token: 'TOKEN', serviceAccount, signer });
}

const asked = (): readonly Asked[] => server?.asked ?? [];

const recordedSchema = z.object({
  calls: z.record(
    z.string(),
    z.array(
      z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
    ),
  ),
});
const recorded = recordedSchema.parse(JSON.parse(textOf('wire/sdk-0.8.21-service-account-decision.json'))).calls;

/** What of a request matters to Dfns. */
function essence(one: { method: string; path: string; headers: Record<string, unknown>; body: string }) {
  const { headers } = one;
  return {
    method: one.method,
    path: one.path,
    body: one.body,
    contentType: headers['content-type'],
    userAction: headers['x-dfns-useraction'],
    authorization: String(headers['authorization']).replace(/ .*/, ' <token>'),
    namesItself: String(headers['user-agent']).length > 0,
  };
}

const withoutSignature = (body: string) => body.replace(/"(signature|clientData)":"[^"]*"/g, '"$1":"…"');

const parameters = (path: string | undefined) => new URL(path ?? '', 'http://x').searchParams;

describe('our requests are those of the recorded SDK', () => {
  test('for a decision: three calls, of which the last carries the signed bytes', async () => {
    const vector = z
      .object({ privateKeyPem: z.string() })
      .parse(JSON.parse(textOf('auth/key-signing-vector.ed25519.json')));
    const reading = readPrivateKey(vector.privateKeyPem);
    if (reading.kind === 'fault') throw new Error('failed to read the vector');
    server = await startRecording((one) => {
      if (one.path === '/auth/action/init') return { body: challenge };
      return { body: one.path === '/auth/action' ? userAction : {} };
    });
    const signer = { key: reading.key, credentialId };
    const api = createApi({ baseUrl: server.url, token: 'TOKEN', serviceAccount, signer });

    await api.decide({ approvalId, value: 'approved', reason: 'checks passed' });

    const [init, sign, decision] = recorded['createApprovalDecision'] ?? [];
    const [ourInit, ourSign, ourDecision] = asked();
    if (!init || !sign || !decision || !ourInit || !ourSign || !ourDecision) throw new Error('failed to record');
    expect(essence(ourInit)).toEqual(essence(init));
    expect(essence(ourDecision)).toEqual(essence(decision));
    // The recording's key is not the vector's, so the signature itself is compared in sign.test.ts.
    expect(withoutSignature(ourSign.body)).toBe(withoutSignature(sign.body));
    expect(essence({ ...ourSign, body: '' })).toEqual(essence({ ...sign, body: '' }));
    expect(JSON.parse(ourInit.body)).toMatchObject({ userActionPayload: ourDecision.body });
  });

  test('for reading an approval', async () => {
    const api = await apiAgainst(() => ({ body: {} }));

    await api.getApproval(approvalId);

    const [theirs] = recorded['getApproval'] ?? [];
    expect(asked().map(essence)).toEqual(theirs === undefined ? [] : [essence(theirs)]);
  });

  test('for listing, but for all approvals and not only those that the account may vote on', async () => {
    const api = await apiAgainst((one) => ({
      body: one.path.includes('paginationToken') ? { items: [] } : { items: [], nextPageToken: 'a+b/c=' },
    }));

    await api.listPendingIds();

    const [theirs] = recorded['listApprovals'] ?? [];
    const wanted = parameters(theirs?.path);
    wanted.delete('approverId');
    const ours = parameters(asked()[1]?.path);
    wanted.sort();
    ours.sort();
    expect(ours.toString()).toBe(wanted.toString());
  });

  test('for the events of a webhook', async () => {
    const api = await apiAgainst(() => ({ body: { items: [{ id: 'whe-1' }, 7] } }));

    expect(await api.listFailedEvents('wh-1')).toEqual({ kind: 'ok', value: [{ id: 'whe-1' }] });

    expect(asked()[0]?.path).toBe('/webhooks/wh-1/events?deliveryFailed=true&limit=50');
  });

  test('for a new webhook: signed, with its events', async () => {
    const api = await apiAgainst((one) =>
      one.path.startsWith('/auth') ? null : { status: 200, body: { id: 'wh-1' } },
    );

    await api.createWebhook('https://bot.example/webhooks/x');

    expect(asked().map(({ path }) => path)).toEqual(['/auth/action/init', '/auth/action', '/webhooks']);
    expect(asked()[2]).toMatchObject({
      headers: { 'x-dfns-useraction': userAction.userAction },
      body: '{"url":"https://bot.example/webhooks/x","events":["policy.approval.pending","policy.approval.resolved","wallet.transfer.broadcasted","wallet.transfer.confirmed","wallet.transfer.failed"],"description":"Countersign"}',
    });
  });
});

describe('a list', () => {
  test('is read to its last page, and one poisoned item does not hide the others', async () => {
    const pages: Record<string, string> = {
      '': `{"items":[{"id":"ap-1","n":1,"n":2},null,7,{"id":5},{"id":"../x"}],"nextPageToken":"p2"}`,
      p2: `{"items":[{"id":"ap-2","deep":${'['.repeat(500)}${']'.repeat(500)}},{"id":"ap-1"}],"nextPageToken":"p3"}`,
      p3: `{"items":[{"id":"ap-3","__proto__":{"id":"ap-9"}}]}`,
    };
    const api = await apiAgainst((one) => ({
      text: pages[new URL(one.path, 'http://x').searchParams.get('paginationToken') ?? ''] ?? '',
    }));

    expect(await api.listPendingIds()).toEqual({ kind: 'ok', value: ['ap-1', 'ap-2', 'ap-3'] });
  });

  test.each<[string, (count: number) => Reply | 'reset']>([
    ['breaks off', (count) => (count === 1 ? { body: { items: [], nextPageToken: 'x' } } : 'reset')],
    ['answers with a page', () => ({ text: '<html></html>' })],
    ['has no items', () => ({ body: { things: [] } })],
    ['repeats itself', () => ({ body: { items: [], nextPageToken: 'same' } })],
    ['is turned away', () => ({ status: 202, body: { items: [] } })],
  ])('that %s is no list', async (__, answer) => {
    let count = 0;
    const api = await apiAgainst(() => answer((count += 1)));

    expect((await api.listPendingIds()).kind).not.toBe('ok');
    expect(count).toBeLessThanOrEqual(2);
  });
});

describe('an answer', () => {
  const api = (reply: Reply | 'reset') => apiAgainst(() => reply);

  test('keeps every digit of its numbers', async () => {
    const result = await (await api({ text: '{"amount":12345678901234567890.10}' })).getApproval('ap-1');
    expect(JSON.stringify(result)).toContain('12345678901234567890.10');
  });

  test('of 429 says how long to wait, in seconds', async () => {
    const busy = { status: 429, headers: { 'retry-after': '17' }, text: textOf('errors/429.headers-and-body.json') };
    expect(await (await api(busy)).getApproval('ap-1')).toMatchObject({
      kind: 'status',
      status: 429,
      retryAfterMs: 17_000,
    });
  });

  test.each<[string, Reply | 'reset', object]>([
    [
      'of 404',
      { status: 404, text: textOf('errors/404.documented.json') },
      { kind: 'status', status: 404, message: 'wallet not found' },
    ],
    ['of 202', { status: 202, body: {} }, { kind: 'status', status: 202 }],
    [
      'of 502 with a page',
      { status: 502, text: '<html></html>' },
      { kind: 'status', status: 502, message: 'an answer that is not JSON' },
    ],
    ['of 200 with a page', { text: '<html></html>' }, { kind: 'unavailable' }],
    ['with a key twice', { text: '{"a":1,"a":2}' }, { kind: 'malformed', document: '{"a":1,"a":2}' }],
    ['that never ends well', 'reset', { kind: 'unavailable' }],
  ])('%s is a value', async (__, reply, expected) => {
    expect(await (await api(reply)).getApproval('ap-1')).toMatchObject(expected);
  });

  test('that redirects is not followed: the token would go to somebody else', async () => {
    const following = await apiAgainst((one) =>
      one.path === '/elsewhere' ? { body: { id: 'ap-1' } } : { status: 302, headers: { location: '/elsewhere' } },
    );

    expect((await following.getApproval('ap-1')).kind).toBe('unavailable');
    expect(asked()).toHaveLength(1);
  });

  test('that is larger than anybody needs is cut off and not read', async () => {
    const huge = JSON.stringify({ x: 'y'.repeat(5 * 1024 * 1024) });
    const result = await (await api({ text: huge })).getApproval('ap-1');
    expect(result.kind).toBe('malformed');
    expect(JSON.stringify(result).length).toBeLessThan(100_000);
  });

  test('that does not come is given up at its deadline', async () => {
    server = await startRecording(() => null);
    const send = createTransport({ baseUrl: server.url, token: 'TOKEN' });

    const sent = await send({ method: 'GET', path: '/', timeoutMs: 50 });

    expect(sent).toEqual({ kind: 'unavailable', reason: 'no answer within 0.1 s' });
  });

  test('of a closed port is unavailable, and no reason ever holds the token', async () => {
    const send = createTransport({ baseUrl: 'http://127.0.0.1:1', token: 'SECRET-TOKEN' });

    const sent = await send({ method: 'GET', path: '/' });

    expect(sent.kind).toBe('unavailable');
    expect(JSON.stringify(sent)).not.toContain('SECRET-TOKEN');
  });
});

const at = (path: string, reply: Reply | 'reset') => (one: Asked) => (one.path === path ? reply : null);

describe('a decision that could not be signed was not sent', () => {
  const deciding = async (answer: (one: Asked) => Reply | 'reset', credential?: string | null) => {
    const api = await apiAgainst(answer, credential);
    const outcome = await api.decide({ approvalId, value: 'denied', reason: 'no' });
    return { outcome, decisions: asked().filter(({ path }) => path.endsWith('/decisions')).length };
  };
  test.each<[string, (one: Asked) => Reply | 'reset']>([
    ['the challenge is refused', at('/auth/action/init', { status: 401, text: textOf('errors/401.documented.json') })],
    ['the challenge breaks off', at('/auth/action/init', 'reset')],
    ['the challenge has no key', at('/auth/action/init', { text: textOf('auth/action-init.response.webauthn.json') })],
    [
      'the challenge has another key',
      at('/auth/action/init', { body: { ...challenge, allowCredentials: { key: [{ id: 'other' }] } } }),
    ],
    ['the challenge is empty', at('/auth/action/init', { body: {} })],
    [
      'the signature is refused',
      at('/auth/action', { status: 400, text: textOf('errors/400.challenge-invalid.documented.json') }),
    ],
    ['the signature breaks off', at('/auth/action', 'reset')],
    ['the proof is missing', at('/auth/action', { body: {} })],
    ['the proof is no header', at('/auth/action', { body: { userAction: 'a\nb' } })],
  ])('when %s', async (__, answer) => {
    expect(await deciding(answer)).toMatchObject({ outcome: { kind: 'not-sent' }, decisions: 0 });
  });

  test('and says how long to wait when signing was turned away', async () => {
    const busy = at('/auth/action/init', { status: 429, headers: { 'retry-after': '3' }, body: {} });
    expect((await deciding(busy)).outcome).toMatchObject({ kind: 'not-sent', retryAfterMs: 3000 });
  });

  test('and takes the first key that Dfns offers when none is configured', async () => {
    const { decisions } = await deciding((one) => (one.path.startsWith('/auth') ? null : { body: {} }), null);
    expect(decisions).toBe(1);
    expect(asked()[1]?.body).toContain(`"credId":"${credentialId}"`);
  });
});

test('a reason that is too long is cut between characters', async () => {
  const api = await apiAgainst((one) => (one.path.startsWith('/auth') ? null : { body: {} }));

  await api.decide({ approvalId, value: 'denied', reason: `${'a'.repeat(248)}😀😀\uD800` });

  const { reason } = z.object({ reason: z.string() }).parse(JSON.parse(asked()[2]?.body ?? '{}'));
  expect(reason.length).toBeLessThanOrEqual(250);
  expect(reason.isWellFormed()).toBe(true);
});
