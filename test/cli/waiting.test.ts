import { describe, expect, it } from 'vitest';
import { describeApproval } from '../../src/cli/describe-approval.ts';
import { subjectOf, waitsFor } from '../../src/cli/waiting.ts';
import { states } from '../../src/domain/lifecycle.ts';
import { aDecision, aHold, anActivity, anApproval, anApprovalView, noon } from '../builders.ts';

const plain = (_colour: string, text: string): string => text;

describe('what an approval waits for', () => {
  it.each([
    ['received', anApprovalView({ state: 'received', approval: null }), ['to be read from the platform']],
    [
      'unreadable',
      anApprovalView({ state: 'unreadable', stateReason: 'a field has a new form' }),
      ["people on the platform: it can't be decoded (a field has a new form)"],
    ],
    [
      'blocked',
      anApprovalView({ state: 'blocked', stateReason: 'status 403' }),
      ['people on the platform: it refused our vote (status 403)'],
    ],
    ['pending votes', anApprovalView({ state: 'pending' }), ['"Treasury": 0 of 2 votes in Slack']],
    [
      'a rejection',
      anApprovalView({ state: 'pending', holds: [aHold({ reason: 'nobody ordered it' })] }),
      [expect.stringMatching(/^the rejection of .*: nobody ordered it$/)],
    ],
    [
      'a switch',
      anApprovalView({ state: 'pending', switches: { automation: false, approvals: false } }),
      ['approvals are paused', '"Treasury": 0 of 2 votes in Slack'],
    ],
    [
      'the pause',
      anApprovalView({ state: 'deciding', decision: aDecision({ sendAfter: noon }) }),
      ['the pause before Approved is sent, at 2026-11-20 12:00:00 UTC'],
    ],
    ['an answer', anApprovalView({ state: 'sending' }), ['a clear answer of the platform to Approved']],
    ['others', anApprovalView({ state: 'sent' }), [expect.stringMatching(/more on the platform|confirm it/)]],
  ])('%s', (_name, view, reasons) => {
    expect(waitsFor(view)).toEqual(reasons);
  });

  it('has a reason in every open state and none in the others', () => {
    const silent = states.filter((state) => waitsFor(anApprovalView({ state })).length === 0);

    expect(silent).toEqual(['approved', 'denied', 'expired', 'failed', 'cancelled']);
  });
});

describe('an approval in words', () => {
  it('names amount and recipient, or the kind of activity when there is no amount', () => {
    const call = anApproval({ activity: anActivity({ kind: 'contract-call', amountBase: null, destinations: [] }) });

    expect(subjectOf(anApprovalView())).toBe('250,000 USDC to 0xdE72…F263');
    expect(subjectOf(anApprovalView({ approval: call }))).toBe('contract-call');
    expect(subjectOf(anApprovalView({ approval: null }))).toBe('not read yet');
    const coin = { standard: 'Native', reference: null, symbol: null, decimals: 18, verified: null };
    const ether = anApproval({ activity: anActivity({ asset: coin, amountBase: '1500000000000000000' }) });
    expect(subjectOf(anApprovalView({ approval: ether }))).toBe("1.5 of Ethereum's coin to 0xdE72…F263");
  });

  it('lets no text from outside through as it is', () => {
    const weapon = '\u001B[2J\u202E\u0000\u200B\n';
    const approval = anApproval({
      activity: anActivity({
        memo: weapon,
        externalId: weapon,
        network: weapon,
        platformKind: weapon,
        unread: [weapon],
        facts: [{ label: weapon, value: weapon }],
      }),
    });
    const view = anApprovalView({ approval, stateReason: weapon, holds: [aHold({ reason: weapon })] });

    const trail = [{ seq: 1, at: noon, event: 'approval.pending', actor: weapon, details: weapon }];
    const lines = describeApproval(view, trail, plain);

    for (const line of lines)
      for (const char of ['\u001B', '\u202E', '\u0000', '\u200B', '\n']) expect(line).not.toContain(char);
    expect(lines.length).toBeGreaterThan(20);
  });

  it.each(states)('can be shown while it is %s', (state) => {
    const [title] = describeApproval(anApprovalView({ state }), [], plain);

    expect(title).toBe(`${state.toUpperCase()}: 250,000 USDC to 0xdE72…F263`);
  });
});
