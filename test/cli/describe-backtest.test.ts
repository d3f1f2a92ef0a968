import { describe, expect, it } from 'vitest';
import { describeBacktest } from '../../src/cli/describe-backtest.ts';
import type { Backtest, Difference } from '../../src/flow/backtest.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { anActivity, everybody, noon } from '../builders.ts';

const none = { approvals: 0, draft: 0, liveDraft: null, inForce: 0 };

const difference: Difference = {
  kind: 'approves-rejected',
  id: '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10',
  platformId: 'ap-1',
  connection: 'treasury',
  seenAt: noon,
  outcome: 'rejected',
  rejectedBy: ['carol', 'us-1cccc-carol-0000000000000001'],
  draft: { approves: true, words: 'the rule "A" allows it' },
  inForce: { approves: false, words: 'no rule allows it' },
  activity: anActivity(),
};

const result: Backtest = {
  since: noon,
  approvals: 1204,
  unread: 2,
  withoutChecks: 1,
  totals: {
    rejected: { ...none, approvals: 12, draft: 1 },
    cancelled: none,
    'approved-by-people': { ...none, approvals: 1190, draft: 640, inForce: 310 },
    'approved-elsewhere': none,
    'approved-automatically': none,
    expired: none,
    failed: none,
    open: none,
  },
  counts: {
    'approves-rejected': 3,
    'approves-cancelled': 0,
    'approves-undecided': 0,
    'approves-more': 0,
    'approves-less': 0,
  },
  differences: [difference],
};

function lines(columns: number | null): readonly string[] {
  const reading = parseRulebook('version: 1\nrules: []\n');
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  const named = { rulebook: reading.rulebook, name: 'draft.yaml', assets: new Map(), demoted: [] };
  const terminal = { columns, paint: (_colour: string, text: string) => text };
  return describeBacktest({ result, named, days: 30, people: everybody, terminal });
}

describe('a backtest in words', () => {
  it('says what was judged and what was not, before everything else', () => {
    expect(lines(null).slice(0, 3)).toEqual([
      'draft.yaml, on 1204 approvals of the last 30 days',
      '2 approvals never read from the platform: not judged',
      '1 approval ended before any evaluation: judged without lists and history',
    ]);
  });

  it('is a table where it fits, without rows and columns of nothing', () => {
    expect(lines(120).slice(4, 7)).toEqual([
      '                          ALL  DRAFT  IN FORCE',
      'rejected by people         12      1         0',
      'approved by people here  1190    640       310',
    ]);
  });

  it('stands in lines on a narrow screen', () => {
    const shown = lines(48);

    expect(shown).toContain('rejected by people: 12');
    expect(shown).toContain('  draft: 1');
    expect(shown.join('\n')).not.toContain('IN FORCE');
  });

  it('names a person once, however many accounts they have, and counts what it does not list', () => {
    const shown = lines(null).join('\n');

    expect(shown).toContain('rejected by Carol Castillo\n');
    expect(shown).toContain('It approves what people rejected (3)');
    expect(shown).toContain('… and 2 more');
  });
});
