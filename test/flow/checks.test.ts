import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { denylist } from '../../src/checks/denylist.ts';
import { duplicatePayment } from '../../src/checks/duplicate-payment.ts';
import { firstPayment } from '../../src/checks/first-payment.ts';
import { lookAlike } from '../../src/checks/look-alike.ts';
import { networkHistory } from '../../src/checks/network-history.ts';
import { sanctions } from '../../src/checks/sanctions.ts';
import type { ListReading } from '../../src/checks/world.ts';
import { latestEvaluation } from '../../src/db/evaluations.ts';
import type { Activity } from '../../src/domain/activity.ts';
import type { Approval } from '../../src/domain/approval.ts';
import { anActivity, anApproval, aVotingRule, connection, hourMs, newRecipient, noon } from '../builders.ts';
import { aList } from '../checks/lists.ts';
import { applyVote, openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const history: readonly Check[] = [lookAlike, firstPayment, networkHistory, duplicatePayment(24 * hourMs)];

let count = 0;

/** Its own request each time, to somebody whom no rule names unless said otherwise. */
function aTransfer(activity: Partial<Activity> = {}): Approval {
  count += 1;
  const destinations = [{ address: other, amountBase: '1' }];
  const own = { subjectId: `xfr-${count}`, destinations, ...activity };
  return anApproval({ id: `ap-${count}`, activity: anActivity(own) });
}

function to(address: string): Partial<Activity> {
  return { destinations: [{ address, amountBase: '1' }] };
}

/** The platform releases it, whoever approved it there. */
async function release(approval: Approval): Promise<void> {
  for (const account of ['us-1bbbb-bobby-0000000000000001', 'us-1cccc-carol-0000000000000001']) {
    applyVote(lab.world, approval.id, { account, value: 'approved', reason: null, decidedAt: noon });
  }
  await lab.arrive(lab.world.approvals.get(approval.id));
  expect((await lab.row(approval.id)).state).toBe('approved');
}

async function outcomes(approval: Approval): Promise<Record<string, string>> {
  const row = await lab.arrive(approval);
  const evaluation = await latestEvaluation(lab.db, row.id, row.fingerprint ?? '');
  return Object.fromEntries((evaluation?.findings ?? []).map(({ check, outcome }) => [check, outcome]));
}

describe('what was paid before', () => {
  it('makes a stranger known once the platform released a payment, and not before', async () => {
    lab = await openLab({}, { checks: [firstPayment] });
    const first = aTransfer();

    expect(await outcomes(first)).toMatchObject({ 'first-payment': 'flag' });
    expect(await outcomes(aTransfer({ amountBase: '2' }))).toMatchObject({ 'first-payment': 'flag' });
    await release(first);

    expect(await outcomes(aTransfer({ amountBase: '3' }))).toMatchObject({ 'first-payment': 'pass' });
  });

  it('is not asked of whom a rule in force names', async () => {
    lab = await openLab({ rulebook: permissiveRulebook }, { checks: [firstPayment] });

    expect(await outcomes(aTransfer(to(newRecipient.toLowerCase())))).toMatchObject({ 'first-payment': 'pass' });
  });

  it('tells a recipient who was only paid on another network', async () => {
    lab = await openLab({}, { checks: [networkHistory] });
    const first = aTransfer();
    await lab.arrive(first);
    await release(first);

    expect(await outcomes(aTransfer({ network: 'Polygon' }))).toMatchObject({ 'network-history': 'flag' });
    expect(await outcomes(aTransfer())).toMatchObject({ 'network-history': 'pass' });
  });

  it('tells whom a recipient imitates, on whatever network that one was paid', async () => {
    lab = await openLab({}, { checks: [lookAlike] });
    const imitation = `${other.slice(0, 6)}${'a'.repeat(32)}${other.slice(-4)}`;
    expect(await outcomes(aTransfer(to(imitation)))).toMatchObject({ 'look-alike': 'pass' });
    const first = aTransfer();
    await lab.arrive(first);
    await release(first);

    expect(await outcomes(aTransfer({ ...to(imitation), network: 'Polygon' }))).toMatchObject({ 'look-alike': 'stop' });
    expect(await outcomes(aTransfer())).toMatchObject({ 'look-alike': 'pass' });
  });

  it('tells whom a recipient imitates that a rule names', async () => {
    lab = await openLab({ rulebook: permissiveRulebook }, { checks: [lookAlike] });
    const imitation = `${newRecipient.slice(0, 6)}${'a'.repeat(32)}${newRecipient.slice(-4)}`;

    expect(await outcomes(aTransfer(to(imitation)))).toMatchObject({ 'look-alike': 'stop' });
  });
});

describe('the same payment twice', () => {
  it('is flagged while the first one still waits, and the first one is not', async () => {
    lab = await openLab({}, { checks: [duplicatePayment(24 * hourMs)] });
    const first = aTransfer();

    expect(await outcomes(first)).toMatchObject({ 'duplicate-payment': 'pass' });
    lab.clock.now += 1000;
    expect(await outcomes(aTransfer(to(other.toLowerCase())))).toMatchObject({ 'duplicate-payment': 'flag' });
    expect(await outcomes(first)).toMatchObject({ 'duplicate-payment': 'pass' });
  });

  it('is flagged after the first one was released, until the window is over', async () => {
    lab = await openLab({}, { checks: [duplicatePayment(24 * hourMs)] });
    const first = aTransfer();
    await lab.arrive(first);
    await release(first);

    lab.clock.now += 23 * hourMs;
    expect(await outcomes(aTransfer())).toMatchObject({ 'duplicate-payment': 'flag' });
    lab.clock.now += 24 * hourMs;
    expect(await outcomes(aTransfer())).toMatchObject({ 'duplicate-payment': 'pass' });
  });

  it.each<readonly [string, Partial<Activity>]>([
    ['another amount', { amountBase: '2' }],
    ['another recipient', to(newRecipient)],
    ['another asset', { asset: { ...assetOf(), reference: other } }],
    ['another network', { network: 'Polygon' }],
  ])('is not what %s is', async (_, change) => {
    lab = await openLab({}, { checks: [duplicatePayment(24 * hourMs)] });
    const [waiting, released] = [aTransfer(), aTransfer()];
    await lab.arrive(waiting);
    await lab.arrive(released);
    await release(released);
    lab.clock.now += 1000;

    expect(await outcomes(aTransfer(change))).toMatchObject({ 'duplicate-payment': 'pass' });
  });

  it('is forgotten when the first one was denied', async () => {
    lab = await openLab({}, { checks: [duplicatePayment(24 * hourMs)] });
    const first = aTransfer();
    await lab.arrive(first);
    const vote = {
      account: 'us-1bbbb-bobby-0000000000000001',
      value: 'denied',
      reason: null,
      decidedAt: noon,
    } as const;
    applyVote(lab.world, first.id, vote);
    await lab.arrive(lab.world.approvals.get(first.id));
    lab.clock.now += 1000;

    expect(await outcomes(aTransfer())).toMatchObject({ 'duplicate-payment': 'pass' });
  });
});

function assetOf(): NonNullable<Activity['asset']> {
  const { asset } = anActivity();
  if (asset === null) throw new Error('the usual transfer has an asset');
  return asset;
}

/** A list that changes while the flow runs, as a file or a page does. */
async function aChangingList() {
  const [clean, hit] = [await aList(other), await aList(newRecipient)];
  const state: { reading: ListReading } = { reading: clean() };
  return {
    read: (): ListReading => ({ ...state.reading, dataAt: lab.clock.now }),
    becomeHit: () => {
      state.reading = hit();
    },
    becomeRefused: () => {
      state.reading = { ...clean(), refused: 'it has 3 entries, the last one had 400' };
    },
  };
}

describe('a list that changes between the decision and its submission', () => {
  const byPeople = { groups: [aVotingRule({ automation: false })] };

  it.each([
    ['sanctions', (read: () => ListReading) => sanctions({ read, maxAgeMs: 24 * hourMs })],
    ['denylist', denylist],
  ] as const)('stops the vote that two people decided on: %s', async (_, checkOf) => {
    const list = await aChangingList();
    lab = await openLab(byPeople, { checks: [checkOf(list.read)] });
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    expect((await lab.row()).state).toBe('deciding');

    list.becomeHit();
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
    expect(await lab.events()).toContain('decision.withdrawn');
  });

  it('sends what two people decided on while the list is clean', async () => {
    const list = await aChangingList();
    lab = await openLab(byPeople, { checks: [sanctions({ read: list.read, maxAgeMs: 24 * hourMs })] });
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');

    await lab.advance(60_000);

    expect(lab.world.sent).toHaveLength(1);
  });

  it.each(['becomeHit', 'becomeRefused'] as const)('stops the vote that a rule decided on: %s', async (change) => {
    const list = await aChangingList();
    const budget = { windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } };
    lab = await openLab(
      {
        rulebook: permissiveRulebook,
        groups: [aVotingRule({ automation: true })],
        budgets: [{ connection, per: 'connection', ...budget }],
      },
      { checks: [sanctions({ read: list.read, maxAgeMs: 24 * hourMs })] },
    );
    const outcome = { kind: 'not-sent', reason: 'the platform is busy', retryAfterMs: 1000 } as const;
    lab.world.answers.push({ outcome, apply: false });
    await lab.arrive();
    expect(lab.world.sent).toHaveLength(1);

    list[change]();
    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row()).state).not.toBe('approved');
  });
});

describe('the checks on our own history together', () => {
  it('let a payout through that a rule names, and that was not asked for before', async () => {
    lab = await openLab({ rulebook: permissiveRulebook }, { checks: history });

    expect(await outcomes(anApproval())).toMatchObject({
      'look-alike': 'pass',
      'first-payment': 'pass',
      'network-history': 'pass',
      'duplicate-payment': 'pass',
    });
  });
});
