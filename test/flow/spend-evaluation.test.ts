// What an evaluation reserves to be looked at: it stays where an approval was decided on it, and is gone otherwise.
import { afterEach, describe, expect, it } from 'vitest';
import { insertHistory, rebuildKeys } from '../../src/db/spend-import.ts';
import { addPayments } from '../../src/db/spend-payments.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { Payment } from '../../src/domain/spend.ts';
import { latestEvaluation } from '../../src/db/evaluations.ts';
import type { ConfiguredRulebook } from '../../src/config.ts';
import { paymentOf } from '../../src/flow/read-spend.ts';
import { withdrawVote } from '../../src/flow/withdraw-vote.ts';
import { aPayment } from '../db/spend-payment.ts';
import { anActivity, anApproval, aVotingRule, connection, hourMs, newRecipient, noon } from '../builders.ts';
import { configuredRulebook, openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

function limited(must: string): ConfiguredRulebook {
  return configuredRulebook(permissiveRulebook.text.replace('    when:', `    must:\n      - ${must}\n    when:`));
}

const automatic = (must: string) => ({
  rulebook: limited(must),
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ] as const,
});

const transferOf = (id: string) => anApproval({ id, activity: anActivity({ subjectId: `xfr-${id}` }) });

/** One per payment; those that the platform released are not open any more. */
async function isOpen(): Promise<readonly boolean[]> {
  const rows = await lab.sql<{ is_open: boolean }[]>`select is_open from payments order by id`;
  return rows.map((row) => row.is_open);
}

async function past(...dimensions: readonly Partial<Payment['dimensions']>[]): Promise<void> {
  const payments = dimensions.map((some, index) =>
    aPayment({ reference: `past-${index}`, at: noon - hourMs, dimensions: { wallet: ['wa-operations'], ...some } }),
  );
  await insertHistory(lab.db, { connection, payments, onProgress: () => {} });
  await rebuildKeys(lab.db, { connection, payments, onProgress: () => {} });
}

describe('what an evaluation reserves', () => {
  it('is reserved once where it approves', async () => {
    lab = await openLab(automatic('{ kind: spent, window: 24h, per: wallet, count: 2 }'));

    const row = await lab.arrive(transferOf('ap-1'));

    expect(row.state).toBe('approved');
    expect(await isOpen()).toEqual([false]);
  });

  it('is gone where it abstains, however often it is evaluated', async () => {
    lab = await openLab(automatic('{ kind: spent, window: 24h, per: wallet, count: 1 }'));
    await lab.arrive(transferOf('ap-1'));

    const second = await lab.arrive(transferOf('ap-2'));
    await lab.advance(hourMs);

    expect(second.state).toBe('pending');
    expect(await isOpen()).toEqual([false]);
  });
});

describe('payments of which too little is known', () => {
  const dailyUsdc = '{ kind: spent, window: 24h, per: wallet, only: { asset: [Ethereum/native] }, count: 2 }';

  it.each([
    ['one that may belong to the limit, with room for it', [{ asset: [] }], 'approved'],
    ['more of them than there is room for', [{ asset: [] }, { asset: [] }], 'pending'],
    ['others, known to be of another asset', [{ asset: ['Ethereum/0x1'] }, { asset: ['Ethereum/0x2'] }], 'approved'],
    [
      'others, known to be of another wallet',
      [
        { wallet: ['wa-other'], asset: [] },
        { wallet: ['wa-other'], asset: [] },
      ],
      'approved',
    ],
  ] as const)('%s', async (_, payments, state) => {
    lab = await openLab(automatic(dailyUsdc));
    const mine = transferOf('ap-1').activity.wallet?.id ?? '';
    await past(...payments.map((some) => ({ wallet: [mine], ...some })));

    const row = await lab.arrive(transferOf('ap-1'));

    expect(row.state).toBe(state);
    if (state === 'approved') return;
    const evaluation = await latestEvaluation(lab.db, row.id, row.fingerprint ?? '');
    expect(JSON.stringify(evaluation)).toContain('too little is known of 2 payments before it');
  });
});

function sameName(id: string, amountBase: string, to = newRecipient): Approval {
  const destinations = [{ address: to, amountBase }];
  return anApproval({ id, activity: anActivity({ subjectId: 'xfr-same', amountBase, destinations }) });
}

describe('a payment whose reference is known already', () => {
  const oneADay = '{ kind: spent, window: 24h, per: wallet, count: 1 }';
  const supplier = '0x52908400098527886E0F7030069857D2E4169EE7';

  it.each(['told of by webhook', 'imported'])(
    'stays counted when it was %s and our own decision is taken back',
    async (how) => {
      lab = await openLab(automatic(oneADay));
      // No rule is about this recipient, so people decide.
      const byPeople = anActivity({
        subjectId: 'xfr-a',
        destinations: [{ address: supplier, amountBase: anActivity().amountBase }],
      });
      const first = anApproval({ id: 'ap-a', activity: byPeople });
      await lab.arrive(first);
      await lab.vote('alice', 'approve', { of: 'ap-a' });
      await lab.vote('bob', 'approve', { of: 'ap-a' });
      const payment = paymentOf(first, connection, lab.clock.now);
      if (payment === null) throw new Error('it moves something');
      if (how === 'imported') {
        const history = { connection, payments: [payment], onProgress: () => {} };
        await insertHistory(lab.db, history);
        await rebuildKeys(lab.db, history);
      } else {
        await lab.db.transaction(async (tx) => addPayments(tx, { payments: [payment], source: 'transfer' }));
      }

      const { id } = await lab.row('ap-a');
      expect((await withdrawVote(lab.ctx, { approvalId: id, slackUser: 'T0ACME/U0ALICE' })).kind).toBe('withdrawn');

      expect((await lab.arrive(transferOf('ap-b'))).state).toBe('pending');
    },
  );

  it('is no excuse for what was imported and not summed up yet', async () => {
    lab = await openLab(automatic(oneADay));
    await lab.arrive(transferOf('ap-1'));
    const payment = paymentOf(transferOf('ap-2'), connection, lab.clock.now - hourMs);
    if (payment === null) throw new Error('it moves something');
    await insertHistory(lab.db, { connection, payments: [payment], onProgress: () => {} });

    expect((await lab.arrive(transferOf('ap-2'))).state).toBe('pending');
  });

  it('does not stand for another approval of the same name', async () => {
    lab = await openLab(automatic('{ kind: spent, window: 24h, per: wallet, atMost: 300000 USD }'));
    expect((await lab.arrive(sameName('ap-1', '250000000000'))).state).toBe('approved');

    expect((await lab.arrive(sameName('ap-2', '250000000001'))).state).toBe('pending');
  });

  it('is counted under our name of it when people decide on the second of two of one name', async () => {
    lab = await openLab(automatic(oneADay));
    const rows = [sameName('ap-1', '250000000000', supplier), sameName('ap-2', '1', supplier)];
    for (const approval of rows) {
      await lab.arrive(approval);
      await lab.vote('alice', 'approve', { of: approval.id });
      await lab.vote('bob', 'approve', { of: approval.id });
    }

    expect((await isOpen()).length).toBe(2);
  });

  it('is counted under our name of it when people decide on what was imported and not summed up yet', async () => {
    lab = await openLab(automatic(oneADay));
    const approval = sameName('ap-1', '250000000000', supplier);
    await lab.arrive(approval);
    const payment = paymentOf(approval, connection, lab.clock.now - hourMs);
    if (payment === null) throw new Error('it moves something');
    await insertHistory(lab.db, { connection, payments: [payment], onProgress: () => {} });

    await lab.vote('alice', 'approve', { of: 'ap-1' });
    await lab.vote('bob', 'approve', { of: 'ap-1' });

    expect(await isOpen()).toEqual([false, true]);
  });
});
