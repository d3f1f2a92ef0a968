// Deliveries against material that nobody here wrote: Wycheproof's HMAC vectors and the big list of naughty strings.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { verifyDelivery } from '../../../src/platforms/dfns/verify.ts';
import { vectorText } from './fixtures.ts';

const secret = 'whs-TESTONLY';
const now = 1_789_374_601_000;

const wycheproof = vectorText('wycheproof/hmac_sha256_test.json');
const naughtyText = vectorText('blns/blns.json');

const wycheproofSchema = z.object({
  testGroups: z.array(
    z.object({
      tagSize: z.number(),
      tests: z.array(
        z.object({ tcId: z.number(), key: z.string(), msg: z.string(), tag: z.string(), result: z.string() }),
      ),
    }),
  ),
});

test.skipIf(wycheproof === null)('tells a valid tag from an invalid one as Wycheproof does', () => {
  const { testGroups } = wycheproofSchema.parse(JSON.parse(wycheproof ?? '{}'));
  let compared = 0;
  for (const group of testGroups) {
    for (const { tcId, key, msg, tag, result } of group.tests) {
      // A secret is text here: keys that no text can be are not ours to judge.
      const text = Buffer.from(key, 'hex').toString('utf8');
      if (!Buffer.from(text, 'utf8').equals(Buffer.from(key, 'hex')) || text === '') continue;
      const headers = { 'x-dfns-webhook-signature': `sha256=${tag}` };

      const verification = verifyDelivery({ headers, body: Buffer.from(msg, 'hex') }, [text], now);

      // The messages are no events, so one that is signed well is refused later, as malformed.
      const expected = result === 'valid' && group.tagSize === 256 ? 'malformed' : 'bad-signature';
      expect({ tcId, verification }).toEqual({ tcId, verification: { kind: 'rejected', reason: expected } });
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(10);
});

test.skipIf(naughtyText === null)('takes no naughty string for an approval id, and none of them is a fault', () => {
  const naughty = z.array(z.string()).parse(JSON.parse(naughtyText ?? '[]'));
  for (const id of naughty) {
    const body = JSON.stringify({ kind: id, timestampSent: now / 1000, data: { approval: { id, memo: id } } });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

    const verification = verifyDelivery(
      { headers: { 'x-dfns-webhook-signature': signature }, body: Buffer.from(body) },
      [secret],
      now,
    );

    expect(verification.kind).toBe('verified');
    if (verification.kind !== 'verified') continue;
    const { hint } = verification;
    expect(hint.approvalId === null || /^[A-Za-z0-9_-]{1,128}$/.test(hint.approvalId)).toBe(true);
    expect(hint.eventKind).toMatch(/^[A-Za-z0-9_.:-]{1,100}$/);
    expect(hint.dedupeKey.length).toBeLessThanOrEqual(200);
  }
});
