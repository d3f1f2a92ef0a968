import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { backtest, type BacktestInput } from '../../src/flow/backtest.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { aFinding, anActivity, anApproval, connection, hourMs, minuteMs, newRecipient, noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { byPeople, byVerdict, deniedBy, seedPast } from './past.ts';

let database: TestDatabase;
let opened: Connection;

const dayMs = 24 * hourMs;

beforeAll(async () => {
  database = await createTestDatabase();
  opened = connect(database.url, { max: 4 });
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

beforeEach(async () => {
  await opened.sql`truncate approvals cascade`;
});

function rulebookOf(change: { stage?: string; atMost?: string; must?: string; or?: string } = {}): Rulebook {
  const reading = parseRulebook(`
version: 1
rules:
  - id: routine
    title: Routine payouts
    stage: ${change.stage ?? 'live'}
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: ${change.atMost ?? '1000000 USD'} }
      - { kind: recipient, in: ['${newRecipient}'${change.or === undefined ? '' : `, '${change.or}'`}] }
    ${change.must ?? ''}
`);
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  return reading.rulebook;
}

const strict = { rulebook: rulebookOf({ atMost: '10 USD' }), demoted: [] };

async function test(overrides: Partial<BacktestInput> = {}) {
  const ctx = { db: opened.db, now: () => noon + hourMs, platforms: new Map() };
  return backtest(ctx, { draft: rulebookOf(), inForce: strict, days: 30, connection: null, keep: 10, ...overrides });
}

describe('backtest', () => {
  it('says what the draft approves beside the one in force, by what people did', async () => {
    await seedPast(opened.db, { id: 'ap-people', basis: byPeople });
    await seedPast(opened.db, { id: 'ap-elsewhere', endedElsewhere: true });
    await seedPast(opened.db, { id: 'ap-auto', basis: byVerdict });
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });
    await seedPast(opened.db, { id: 'ap-cancelled', state: 'denied', basis: deniedBy('dave', true) });
    await seedPast(opened.db, { id: 'ap-expired', state: 'expired' });
    await seedPast(opened.db, { id: 'ap-open', state: 'pending' });

    const { totals, approvals } = await test();

    const each = { approvals: 1, draft: 1, liveDraft: null, inForce: 0 };
    expect(approvals).toBe(7);
    expect(totals).toEqual({
      'approved-by-people': each,
      'approved-elsewhere': each,
      'approved-automatically': each,
      rejected: each,
      cancelled: each,
      expired: each,
      failed: { ...each, approvals: 0, draft: 0 },
      open: each,
    });
  });

  it('lists differences worst first: what a person rejected before everything else', async () => {
    await seedPast(opened.db, { id: 'ap-people', basis: byPeople });
    await seedPast(opened.db, { id: 'ap-expired', state: 'expired' });
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });

    const { differences } = await test();

    expect(differences.map(({ kind, platformId }) => [kind, platformId])).toEqual([
      ['approves-rejected', 'ap-denied'],
      ['approves-undecided', 'ap-expired'],
      ['approves-more', 'ap-people'],
    ]);
    expect(differences[0]).toMatchObject({
      rejectedBy: ['carol'],
      draft: { approves: true },
      inForce: { approves: false },
    });
  });

  it('tells of what people rejected even when the one in force would have approved it too', async () => {
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });

    const { counts } = await test({ inForce: { rulebook: rulebookOf(), demoted: [] } });

    expect(counts['approves-rejected']).toBe(1);
  });

  it.each([
    ['a rejection in Slack that stands', { state: 'expired', holds: [{ person: 'carol' }] }, 'rejected'],
    ['a denial on the platform by somebody there', { state: 'denied', endedElsewhere: true }, 'rejected'],
    [
      'a cancellation by who asked for it',
      { state: 'expired', holds: [{ person: 'dave', byInitiator: true }] },
      'cancelled',
    ],
    ['an approval that people gave after all', { state: 'approved', holds: [], basis: byPeople }, 'approved-by-people'],
  ] as const)('takes %s for what it is', async (_name, seed, outcome) => {
    await seedPast(opened.db, { id: 'ap-1', ...seed });

    const { totals } = await test();

    expect(totals[outcome].approvals).toBe(1);
  });

  it('counts a denial on the platform while it is still open here', async () => {
    const decisions = [{ account: 'us-somebody', value: 'denied', reason: null, decidedAt: noon }] as const;
    await seedPast(opened.db, { id: 'ap-1', state: 'pending', approval: { decisions } });

    const { differences } = await test();

    expect(differences).toMatchObject([{ kind: 'approves-rejected', rejectedBy: ['us-somebody'] }]);
  });

  it('leaves to people what a check did not pass then', async () => {
    const findings = [aFinding({ check: 'sanctions', title: 'Sanctions', outcome: 'stop', words: 'sanctioned' })];
    await seedPast(opened.db, { id: 'ap-1', evaluations: [{ findings }] });

    const { totals } = await test();

    expect(totals['approved-elsewhere'].draft).toBe(0);
  });

  it.each([
    ['approves a first payment to somebody whom only the draft names', { check: 'first-payment', outcome: 'flag' }, 1],
    ['leaves a look-alike of somebody to people', { check: 'look-alike', outcome: 'stop' }, 0],
    ['leaves a duplicate to people', { check: 'duplicate-payment', outcome: 'flag' }, 0],
  ] as const)('%s', async (_name, finding, approved) => {
    const findings = [aFinding({ ...finding, evidence: { recipient: newRecipient } })];
    await seedPast(opened.db, { id: 'ap-1', evaluations: [{ findings }] });

    const { totals } = await test();

    expect(totals['approved-elsewhere'].draft).toBe(approved);
  });

  it('stops a recipient that looks like one whom only the draft names', async () => {
    const similar = `${newRecipient.slice(0, 8)}${'0'.repeat(26)}${newRecipient.slice(-8)}`.toLowerCase();
    const activity = anActivity({ destinations: [{ address: similar, amountBase: '250000000000' }] });
    const findings = [aFinding({ check: 'look-alike', title: 'Look-alike' })];
    await seedPast(opened.db, { id: 'ap-1', approval: { activity }, evaluations: [{ findings }] });
    const draft = rulebookOf({ or: similar });

    const { differences, totals } = await test({ draft, inForce: { rulebook: draft, demoted: [] } });

    expect(differences).toEqual([]);
    expect(totals['approved-elsewhere'].draft).toBe(0);
  });

  it('approves what passed at any of its evaluations, because automation does not wait', async () => {
    const open = [aFinding({ outcome: 'unavailable' })];
    await seedPast(opened.db, { id: 'ap-1', evaluations: [{}, { findings: open }] });
    await seedPast(opened.db, { id: 'ap-2', evaluations: [{ findings: open }, {}] });

    const { totals } = await test();

    expect(totals['approved-elsewhere'].draft).toBe(2);
  });

  it('asks on the data of then: the quote of the observation, not the newest one', async () => {
    const approval = anApproval({ id: 'ap-1' });
    const { platform, id, initiator, createdAt } = approval;
    const dear = anActivity({ price: { perToken: '99', currency: 'USD', quotedAt: noon } });
    const observation = {
      connection,
      approval: { platform, id, initiator, createdAt, activity: dear },
      at: noon,
      spent: {},
      demoted: [],
    };
    await seedPast(opened.db, { id: 'ap-1', evaluations: [{ observation }] });

    const { totals } = await test();

    expect(totals['approved-elsewhere'].draft).toBe(0);
  });

  it('judges by the checks that need nothing else what ended before any evaluation, and says how many', async () => {
    await seedPast(opened.db, { id: 'ap-1', evaluations: [] });
    await seedPast(opened.db, { id: 'ap-blind', approval: { activity: anActivity({ blind: true }) }, evaluations: [] });

    const { totals, withoutChecks } = await test();

    expect(withoutChecks).toBe(2);
    expect(totals['approved-elsewhere']).toMatchObject({ approvals: 2, draft: 1 });
  });

  it('counts what was never read, and judges nothing there', async () => {
    await seedPast(opened.db, { id: 'ap-1', approval: null });

    const { approvals, unread, differences } = await test();

    expect([approvals, unread, differences]).toEqual([1, 1, []]);
  });

  it('looks back so many days, and at one connection when asked', async () => {
    await seedPast(opened.db, { id: 'ap-new', seenAt: noon - dayMs });
    await seedPast(opened.db, { id: 'ap-old', seenAt: noon - 3 * dayMs });

    const [two, four, other] = await Promise.all([
      test({ days: 2 }),
      test({ days: 4 }),
      test({ days: 4, connection: 'other' }),
    ]);

    expect([two.approvals, four.approvals, other.approvals]).toEqual([1, 2, 0]);
  });

  it('reads a page at a time and meets everybody once', async () => {
    for (let index = 0; index < 11; index += 1) await seedPast(opened.db, { id: `ap-${index}` });
    const told: number[] = [];

    const { approvals, differences } = await test({ pageSize: 3, onProgress: (done) => told.push(done), keep: 100 });

    expect(approvals).toBe(11);
    expect(new Set(differences.map(({ id }) => id)).size).toBe(11);
    expect(told).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
  });

  it('keeps the newest differences and counts them all', async () => {
    for (let index = 0; index < 9; index += 1)
      await seedPast(opened.db, { id: `ap-${index}`, seenAt: noon - index * minuteMs });

    const { counts, differences } = await test({ keep: 2 });

    expect(counts['approves-more']).toBe(9);
    expect(differences.map(({ platformId }) => platformId)).toEqual(['ap-0', 'ap-1']);
  });

  it('says what a draft in shadow would approve if it were live', async () => {
    await seedPast(opened.db, { id: 'ap-1' });

    const { totals, differences } = await test({ draft: rulebookOf({ stage: 'shadow' }) });

    expect(totals['approved-elsewhere']).toMatchObject({ draft: 0, liveDraft: 1 });
    expect(differences).toEqual([]);
  });

  it('judges the one in force with the rules that fell back', async () => {
    await seedPast(opened.db, { id: 'ap-1' });

    const { totals } = await test({ inForce: { rulebook: rulebookOf(), demoted: ['routine'] } });

    expect(totals['approved-elsewhere']).toMatchObject({ draft: 1, inForce: 0 });
  });
});
