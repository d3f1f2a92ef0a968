// The rulebook's trace in Details: whole, harmless, and within what a modal may hold.
import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../../../src/domain/approval-view.ts';
import { card } from '../../../src/slack/views/card.ts';
import { modalDetails } from '../../../src/slack/views/modal-details.ts';
import { aFinding, anApprovalView, hourMs } from '../../builders.ts';
import { brokenLimits } from './block-limits.ts';
import { textsIn } from './harmless.ts';

function traced(trace: string, change: Partial<ApprovalView> = {}): ApprovalView {
  const evidence = { rulebook: 'a'.repeat(64), trace };
  const finding = aFinding({ check: 'rulebook', title: 'Rulebook', outcome: 'flag', words: 'no rule', evidence });
  return { ...anApprovalView({ findings: [finding] }), ...change };
}

const detailsOf = (view: ApprovalView): string => textsIn(modalDetails(view).blocks).join('\n');

describe('the trace in Details', () => {
  it('is not cut, however long a line is', () => {
    const wanted = Array.from({ length: 200 }, (_, index) => `address-${index}`).join(' or ');

    const shown = detailsOf(
      traced(`no routine: Payouts (allows)\n  no recipient: it is not listed (wanted: ${wanted})`),
    );

    expect(shown.replaceAll('\n', '')).toContain(wanted.replaceAll('\n', ''));
  });

  it('keeps to what a modal may hold, and says where the rest is', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `no rule-${index}: Payouts number ${index} (allows)`);

    const modal = modalDetails(traced(lines.join('\n')));

    expect(brokenLimits(modal)).toEqual([]);
    expect(textsIn(modal.blocks).join('\n')).toContain('countersign show ap-majk9-nd7e4-37k4cdb03tfpa4d8');
    expect(textsIn(modal.blocks).join('\n')).toContain('For the record');
  });

  it('shows what others wrote without letting it ping, link or format', () => {
    const shown = detailsOf(traced('no x: <!channel> *bold* `code` (allows)\n  no memo: <https://evil.example|click>'));

    expect(shown).not.toContain('<!channel>');
    expect(shown).not.toContain('<https://evil.example');
    expect(shown).not.toContain('*bold*');
  });

  it('stands in Details only: the card has one sentence', () => {
    expect(textsIn(card(traced('no routine: Payouts (allows)')).blocks).join('\n')).not.toContain('routine');
  });
});

describe('what automation would still approve', () => {
  const budgetLeft = [
    { per: 'connection', windowMs: 24 * hourMs, count: 1, amount: { value: '43200', currency: 'USD' } },
    { per: 'recipient', windowMs: 48 * hourMs, count: 0, amount: { value: '0', currency: 'USD' } },
  ] as const;

  it('is in Details, by window', () => {
    const shown = detailsOf(anApprovalView({ budgetLeft }));

    expect(shown).toContain('Automatic budget left (24 hours): 1 payment and 43,200.00 USD in all');
    expect(shown).toContain('Automatic budget left (2 days): 0 payments and 0.00 USD for this recipient');
  });

  it('is on the card where a rule allows it, and not where people decide anyway', () => {
    const verdict = { kind: 'approve', rule: 'routine', reasons: [] } as const;
    const abstains = { kind: 'abstain', reasons: ['no'] } as const;

    const [allowed, abstained] = [verdict, abstains].map((each) =>
      textsIn(card(anApprovalView({ budgetLeft, verdict: each })).blocks).join('\n'),
    );

    expect(allowed).toContain('Automatic budget left');
    expect(abstained).not.toContain('budget left');
  });
});
