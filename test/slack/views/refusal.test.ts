// Every reason for which a click does not count has words that say so, why, and what to do.
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../src/domain/vote.ts';
import { refusalMessage, refusalModal, refusalWords } from '../../../src/slack/views/refusal.ts';
import { noon } from '../../builders.ts';
import { brokenLimits } from './block-limits.ts';
import { harm } from './harmless.ts';

const where = { platform: 'dfns', revision: 0 };

/** A record, so that the compiler names a refusal that is missing here. */
const refusals: { readonly [Kind in Refusal['kind']]: Extract<Refusal, { kind: Kind }> } = {
  'unknown-person': { kind: 'unknown-person' },
  'not-an-approver': { kind: 'not-an-approver' },
  'not-listed-on-platform': { kind: 'not-listed-on-platform' },
  'no-account': { kind: 'no-account' },
  initiator: { kind: 'initiator' },
  'owns-initiator': { kind: 'owns-initiator', account: 'us-payou-tsbot-000000000000001' },
  'initiator-unknown': { kind: 'initiator-unknown' },
  deactivated: { kind: 'deactivated' },
  guest: { kind: 'guest' },
  bot: { kind: 'bot' },
  external: { kind: 'external' },
  'never-signed-in': { kind: 'never-signed-in' },
  'not-found': { kind: 'not-found' },
  'slack-unreachable': { kind: 'slack-unreachable' },
  'recently-changed': { kind: 'recently-changed', until: noon },
  'changed-content': { kind: 'changed-content' },
  closed: { kind: 'closed', state: 'expired' },
  'decided-already': { kind: 'decided-already' },
  'same-vote-already': { kind: 'same-vote-already', choice: 'approve' },
  'platform-only': { kind: 'platform-only', reasons: ['it is above the ceiling'] },
  'vote-spent': { kind: 'vote-spent' },
  'reason-missing': { kind: 'reason-missing' },
  'too-late': { kind: 'too-late' },
  paused: { kind: 'paused' },
  'nothing-to-withdraw': { kind: 'nothing-to-withdraw' },
  'platform-unavailable': { kind: 'platform-unavailable', reason: 'no answer within 10 seconds' },
};

describe('refusal', () => {
  it.each(Object.values(refusals).map((refusal) => [refusal.kind, refusal] as const))(
    'says for %s that nothing was counted, and what to do',
    (_kind, refusal) => {
      const words = refusalWords(refusal, where);

      expect(words).toMatch(/not counted|not recorded|Nothing was|counts once|stands/);
      expect(words.split(/[.:;] /).length).toBeGreaterThanOrEqual(2);
      expect(words).not.toMatch(/undefined|\[object|above the|below/i.test(words) ? /undefined|\[object/ : /undefined/);
    },
  );

  it('has a sentence of its own for every refusal', () => {
    const sentences = Object.values(refusals).map((refusal) => refusalWords(refusal, where));

    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it.each(Object.values(refusals).map((refusal) => [refusal.kind, refusal] as const))(
    'is harmless and within the limits for %s',
    (_kind, refusal) => {
      const payloads = [refusalMessage(refusal, where), refusalModal(refusal, where)];

      expect(payloads.flatMap((payload) => [...harm(payload), ...brokenLimits(payload)])).toEqual([]);
    },
  );

  it('says a rejection twice in other words than an approval twice', () => {
    const rejected = refusalWords({ kind: 'same-vote-already', choice: 'deny' }, where);

    expect(rejected).toContain('rejected this already');
  });

  it('reads well in a notification, without date tokens and code marks', () => {
    const { text } = refusalMessage({ kind: 'recently-changed', until: noon }, where);

    expect(text).toContain('2026-11-20 12:00 UTC');
    expect(text).not.toMatch(/[<>`]|&lt;/);
  });
});
