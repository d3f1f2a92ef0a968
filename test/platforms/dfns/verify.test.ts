// Which deliveries are believed, what is taken from them, and how their retries are recognised.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RawDelivery } from '../../../src/platforms/platform.ts';
import { verifyDelivery } from '../../../src/platforms/dfns/verify.ts';
import { bytesOf, textOf } from './fixtures.ts';

const vectorsSchema = z.object({
  secret: z.string(),
  vectors: z.array(
    z.object({
      file: z.string(),
      signature: z.string().optional(),
      signatureOverRaw: z.string().optional(),
      signatureOverReserialised: z.string().optional(),
      timestampSent: z.number().optional(),
    }),
  ),
});
const { secret, vectors } = vectorsSchema.parse(JSON.parse(textOf('webhooks/_signature-vectors.json')));

const sentAtMs = 1_789_374_601_000;

function delivery(body: Uint8Array | string, signature: string | undefined): RawDelivery {
  return {
    headers: { 'x-dfns-webhook-signature': signature },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

function signed(body: Uint8Array | string, by: string = secret): RawDelivery {
  return delivery(body, `sha256=${createHmac('sha256', by).update(body).digest('hex')}`);
}

function anEvent(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id: 'whe-1',
    date: '2026-09-14T08:30:00.500Z',
    kind: 'policy.approval.pending',
    data: { approval: { id: 'ap-1' } },
    deliveryAttempt: 1,
    timestampSent: sentAtMs / 1000,
    ...overrides,
  });
}

function hintOf(body: Uint8Array | string) {
  const verification = verifyDelivery(signed(body), [secret], sentAtMs);
  if (verification.kind !== 'verified') throw new Error(`failed to verify: ${verification.reason}`);
  return verification.hint;
}

describe('recorded deliveries', () => {
  const approvalIds: Record<string, string | null> = {
    'policy.approval.pending.json': 'ap-4bbqu-o5317-mc5avdju67fmt058',
    'policy.approval.pending.retry.json': 'ap-4bbqu-o5317-mc5avdju67fmt058',
    'policy.approval.pending.permissions-assign.json': 'ap-er5v1-imvk0-eqkb861upj2prb0r',
    'policy.approval.pending.signature.json': 'ap-bc577-6ln9r-a4q436lidjoech4g',
    'policy.approval.resolved.approved.json': 'ap-majk9-nd7e4-37k4cdb03tfpa4d8',
    'policy.approval.resolved.denied.json': 'ap-cmfq8-f6jlq-7q6vnnrq0hes3unn',
    'policy.approval.resolved.expired.json': 'ap-1vpmv-puctk-vilddkmgtchgn28k',
    'variant.pending.seed-approvalId-only.json': 'ap-4bbqu-o5317-mc5avdju67fmt058',
    'variant.resolved.activityId-only.json': null,
    'policy.triggered.amount-limit.json': null,
    'policy.triggered.block.json': null,
    'wallet.transfer.rejected.json': 'ap-cmfq8-f6jlq-7q6vnnrq0hes3unn',
    'wallet.transfer.confirmed.json': 'ap-majk9-nd7e4-37k4cdb03tfpa4d8',
    'unknown-kind.json': null,
  };

  test.each(vectors.filter(({ signature }) => signature !== undefined))(
    'believes $file and reads which approval it names',
    ({ file, signature, timestampSent }) => {
      const body = bytesOf(file);

      const verification = verifyDelivery(delivery(body, signature), [secret], (timestampSent ?? 0) * 1000);

      const name = file.replace('webhooks/', '');
      const { kind } = z.object({ kind: z.string() }).parse(JSON.parse(body.toString('utf8')));
      expect(verification).toMatchObject({
        kind: 'verified',
        hint: { eventKind: kind, approvalId: approvalIds[name] },
      });
      expect(Object.keys(approvalIds)).toContain(name);
    },
  );

  test('believes a signature over the bytes and one over the re-serialised event, and takes the same hint from both', () => {
    const edge = vectors.find(({ file }) => file.endsWith('edge.unicode-escaped.json'));
    const body = bytesOf('webhooks/edge.unicode-escaped.json');

    const raw = verifyDelivery(delivery(body, edge?.signatureOverRaw), [secret], sentAtMs);
    const again = verifyDelivery(delivery(body, edge?.signatureOverReserialised), [secret], sentAtMs);

    expect(edge?.signatureOverRaw).not.toBe(edge?.signatureOverReserialised);
    expect(raw.kind).toBe('verified');
    expect(again).toEqual(raw);
  });
});

describe('the signature', () => {
  const body = anEvent();
  const good = createHmac('sha256', secret).update(body).digest('hex');
  const wrong = createHmac('sha256', 'whs-another').update(body).digest('hex');

  test.each([
    ['is missing', undefined, 'no-signature'],
    ['is empty', '', 'no-signature'],
    ['is only the prefix', 'sha256=', 'bad-signature'],
    ['has no prefix', good, 'bad-signature'],
    ['has another algorithm', `sha1=${good}`, 'bad-signature'],
    ['has the prefix in upper case', `SHA256=${good}`, 'bad-signature'],
    ['is in upper case', `sha256=${good.toUpperCase()}`, 'bad-signature'],
    ['is one digit short', `sha256=${good.slice(0, -1)}`, 'bad-signature'],
    ['is one digit long', `sha256=${good}0`, 'bad-signature'],
    ['is cut to two digits', `sha256=${good.slice(0, 2)}`, 'bad-signature'],
    ['is in base64', `sha256=${Buffer.from(good, 'hex').toString('base64')}`, 'bad-signature'],
    ['has a digit that is none', `sha256=${good.slice(0, -1)}g`, 'bad-signature'],
    ['has a space before', ` sha256=${good}`, 'bad-signature'],
    ['has a space after', `sha256=${good} `, 'bad-signature'],
    ['has a line end after', `sha256=${good}\n`, 'bad-signature'],
    ['comes twice', `sha256=${good},sha256=${good}`, 'bad-signature'],
    ['is followed by garbage', `sha256=${good}=garbage`, 'bad-signature'],
    ['is of another secret', `sha256=${wrong}`, 'bad-signature'],
    ['is all zeros', `sha256=${'0'.repeat(64)}`, 'bad-signature'],
  ])('that %s is refused', (_, header, reason) => {
    expect(verifyDelivery(delivery(body, header), [secret], sentAtMs)).toEqual({ kind: 'rejected', reason });
  });

  test('is good by any of the configured secrets, so that they can be rotated', () => {
    const secrets = ['whs-old', secret, 'whs-new'];

    for (const by of secrets) expect(verifyDelivery(signed(body, by), secrets, sentAtMs).kind).toBe('verified');
    expect(verifyDelivery(signed(body, 'whs-gone'), secrets, sentAtMs).kind).toBe('rejected');
  });

  test('is never good by an empty secret, and without secrets nothing is believed', () => {
    expect(verifyDelivery(signed(body, ''), [''], sentAtMs).kind).toBe('rejected');
    expect(verifyDelivery(signed(body), [], sentAtMs).kind).toBe('rejected');
  });

  test('covers every bit of the body', () => {
    const bytes = Buffer.from(body);
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const verification = verifyDelivery(delivery(changed, `sha256=${good}`), [secret], sentAtMs);
      expect(verification).toEqual({ kind: 'rejected', reason: 'bad-signature' });
    }
  });

  test('covers every bit of the signature', () => {
    for (let bit = 0; bit < 256; bit += 1) {
      const changed = Buffer.from(good, 'hex');
      const index = Math.floor(bit / 8);
      changed[index] = (changed[index] ?? 0) ^ (1 << (bit % 8));
      const verification = verifyDelivery(delivery(body, `sha256=${changed.toString('hex')}`), [secret], sentAtMs);
      expect(verification).toEqual({ kind: 'rejected', reason: 'bad-signature' });
    }
  });
});

describe('the time', () => {
  test.each([
    ['exactly 300 s old', 300_000, 'verified'],
    ['exactly 300 s ahead', -300_000, 'verified'],
    ['a millisecond older', 300_001, 'stale'],
    ['a millisecond further ahead', -300_001, 'stale'],
    ['a day old', 86_400_000, 'stale'],
    ['a day ahead', -86_400_000, 'stale'],
  ])('of a delivery that is %s: %s ms give %s', (_, ageMs, expected) => {
    const verification = verifyDelivery(signed(anEvent()), [secret], sentAtMs + ageMs);
    expect(verification.kind === 'verified' ? 'verified' : verification.reason).toBe(expected);
  });

  test.each([
    ['missing', undefined],
    ['a text', '1789374601'],
    ['a fraction', 1_789_374_601.5],
    ['null', null],
    ['beyond exact numbers', 1e300],
    ['an object', {}],
  ])('that is %s is refused', (_, timestampSent) => {
    const verification = verifyDelivery(signed(anEvent({ timestampSent })), [secret], sentAtMs);
    expect(verification).toEqual({ kind: 'rejected', reason: 'malformed' });
  });

  test('in milliseconds instead of seconds is stale', () => {
    const verification = verifyDelivery(signed(anEvent({ timestampSent: sentAtMs })), [secret], sentAtMs);
    expect(verification).toEqual({ kind: 'rejected', reason: 'stale' });
  });
});

describe('a body with a good signature', () => {
  const stamp = `"timestampSent":${sentAtMs / 1000}`;
  test.each<[string, Uint8Array | string]>([
    ['is not UTF-8', Buffer.concat([Buffer.from(`{${stamp},"kind":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
    ['starts with a byte order mark', `\uFEFF{${stamp}}`],
    ['is not JSON', 'payload=1'],
    ['is empty', ''],
    ['is an array', `[{${stamp}}]`],
    ['is null', 'null'],
    ['is a text', '"policy.approval.pending"'],
    ['nests 65 levels', `{${stamp},"data":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['nests 100,000 levels', `{${stamp},"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['holds the key __proto__', `{${stamp},"data":{"__proto__":{"approvalId":"ap-1"}}}`],
  ])('that %s is refused without a fault', (_, body) => {
    expect(verifyDelivery(signed(body), [secret], sentAtMs)).toEqual({ kind: 'rejected', reason: 'malformed' });
    expect(verifyDelivery(delivery(body, `sha256=${'1'.repeat(64)}`), [secret], sentAtMs)).toEqual({
      kind: 'rejected',
      reason: 'bad-signature',
    });
  });

  test('that nests 64 levels is read', () => {
    expect(hintOf(`{${stamp},"data":${'['.repeat(63)}${']'.repeat(63)}}`).approvalId).toBeNull();
  });

  test('is believed with the last of two equal keys, in the bytes as in the re-serialised event', () => {
    const body = `{"data":{"approvalId":"ap-first"},${stamp},"data":{"approvalId":"ap-last"}}`;
    const overAgain = createHmac('sha256', secret)
      .update(JSON.stringify(JSON.parse(body)))
      .digest('hex');

    const again = verifyDelivery(delivery(body, `sha256=${overAgain}`), [secret], sentAtMs);

    expect(hintOf(body).approvalId).toBe('ap-last');
    expect(again).toMatchObject({ kind: 'verified', hint: { approvalId: 'ap-last' } });
  });

  test.each([
    ['missing', undefined],
    ['a number', 7],
    ['a kilobyte', 'k'.repeat(1024)],
    ['hostile', 'policy approval\u202E'],
  ])('with a kind that is %s is recorded as unrecognised', (_, kind) => {
    expect(hintOf(anEvent({ kind })).eventKind).toBe('unrecognised');
  });
});
