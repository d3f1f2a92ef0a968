import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../src/domain/approval.ts';
import { questionKey, type SpendSum } from '../../src/domain/spend.ts';
import { holdSpend, paymentOf, prepareSpend } from '../../src/flow/read-spend.ts';
import { forgetReserved, reserveDecided } from '../../src/flow/record-payment.ts';
import { lockApproval } from '../../src/db/approvals.ts';
import { anActivity, anApproval, connection, hourMs, newRecipient, noon, usdcContract } from '../builders.ts';
import { openLab, type Lab } from './lab.ts';
import { aQuestion, askIn, ended, transfer, type AskArguments } from './spend-asking.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

const ask = async (...asked: AskArguments): Promise<SpendSum | undefined> => askIn(lab, ...asked);

describe('what counts as spent', () => {
  it('is every approval that ended approved, whoever approved it, and none that was denied', async () => {
    await lab.arrive(ended('ap-1', 'approved'));
    await lab.arrive(ended('ap-2', 'denied'));
    await lab.arrive(ended('ap-3', 'failed'));

    expect(await ask()).toEqual({
      count: 2,
      base: '500000000000',
      withoutAmount: 0,
      fiat: '499950',
      withoutPrice: 0,
    });
  });

  it('is what we decided, from that moment on, but not for the approval itself', async () => {
    await lab.arrive(anApproval({ id: 'ap-1', activity: transfer('xfr-1') }));
    const row = await lab.row('ap-1');
    await decide(row.id);

    expect((await ask())?.count).toBe(1);
    const own = { approval: anApproval({ id: 'ap-1', activity: transfer('xfr-1') }), approvalId: row.id };
    expect((await ask(aQuestion(), own))?.count).toBe(0);
  });

  it('is not what we decided and the platform then denied', async () => {
    const row = await lab.arrive(anApproval({ id: 'ap-1', activity: transfer('xfr-1') }));
    await decide(row.id);

    await lab.arrive(ended('ap-1', 'denied', 'xfr-1'));

    expect((await ask())?.count).toBe(0);
  });

  it('counts what is on its way however old it is, and from its release for the length of the window', async () => {
    const row = await lab.arrive(anApproval({ id: 'ap-1', expiresAt: null, activity: transfer('xfr-1') }));
    await decide(row.id);
    lab.clock.now += 25 * hourMs;
    expect((await ask())?.count).toBe(1);

    await lab.arrive(ended('ap-1', 'approved', 'xfr-1'));

    lab.clock.now += 24 * hourMs - 1;
    expect((await ask())?.count).toBe(1);
    lab.clock.now += 1;
    expect((await ask())?.count).toBe(0);
  });

  it('is worth what the platform said when it was asked for, also when it was released much later', async () => {
    lab.clock.now += 30 * hourMs;

    await lab.arrive(ended('ap-1', 'approved'));

    expect(await ask()).toMatchObject({ fiat: '249975', withoutPrice: 0 });
  });
});

it('texts that no table can hold are counted like any other', async () => {
  await lab.arrive(odd('ap-1'));
  await lab.arrive(odd('ap-2'));

  expect((await ask(aQuestion(), { approval: odd('ap-3') }))?.count).toBe(2);
});

describe('questions', () => {
  it('per recipient have the largest sum of several recipients as their answer', async () => {
    const other = '0x2222222222222222222222222222222222222222';
    await lab.arrive(ended('ap-1', 'approved'));
    await lab.arrive(ended('ap-2', 'approved'));
    const several = anApproval({
      id: 'ap-both',
      activity: transfer('xfr-both', {
        destinations: [other, newRecipient].map((address) => ({ address, amountBase: null })),
      }),
    });

    expect((await ask(aQuestion({ per: ['recipient'], only: [] }), { approval: several }))?.count).toBe(2);
  });

  it('compare recipients and assets in canonical form', async () => {
    await lab.arrive(
      anApproval({
        id: 'ap-1',
        status: 'approved',
        activity: transfer('xfr-1', {
          destinations: [{ address: newRecipient.toLowerCase(), amountBase: '1' }],
        }),
      }),
    );

    const only = [{ dimension: 'asset', values: [`Ethereum/${usdcContract.toLowerCase()}`] }] as const;
    expect((await ask(aQuestion({ per: ['recipient'], only })))?.count).toBe(1);
  });

  it('have no answer where the approval lacks the value, or the time zone does not exist', async () => {
    const nowhere = anApproval({ id: 'ap-x', activity: transfer('xfr-x', { network: 'Nowhere' }) });

    expect(await ask(aQuestion({ per: ['recipient'], only: [] }), { approval: nowhere })).toBeUndefined();
    expect((await ask(aQuestion(), { approval: nowhere }))?.count).toBe(0);
    expect(await ask({ ...aQuestion(), window: { kind: 'day', timeZone: 'Mars/Olympus' } })).toBeUndefined();
  });

  it('about a change of policies have none', async () => {
    const change = anApproval({ id: 'ap-y', activity: anActivity({ kind: 'policy-change' }) });

    expect(paymentOf(change, connection, noon)).toBeNull();
    expect(await ask(aQuestion(), { approval: change })).toBeUndefined();
  });
});

it('of 100 pairs that fit one by one and not together, one of each is reserved, and nobody waits in a circle', async () => {
  const approvals = Array.from({ length: 100 }, (_, pair) =>
    ['a', 'b'].map((which) =>
      anApproval({
        id: `ap-${pair}-${which}`,
        activity: transfer(`xfr-${pair}-${which}`, { wallet: { id: `wa-${pair}`, name: null } }),
      }),
    ),
  ).flat();
  for (const { id } of approvals)
    await lab.sql`insert into approvals (connection, platform_id) values (${connection}, ${id})`;
  const question = aQuestion();

  const reserved = await Promise.all(
    approvals.map(async (approval) => {
      const { id } = await lab.row(approval.id);
      const input = { connection, approval, approvalId: id, questions: [question], now: lab.clock.now };
      await prepareSpend(lab.db, input);
      return lab.db.transaction(async (tx) => {
        const row = await lockApproval(tx, id);
        const { answers, reserved: payment } = await holdSpend(tx, { ...input, approvalId: id });
        const sum = answers[questionKey(question)];
        if (row === null || payment === null || sum === undefined) throw new Error('nothing was reserved');
        if (sum.count === 0) return true;
        await forgetReserved(tx, payment);
        return false;
      });
    }),
  );

  expect(reserved.filter(Boolean)).toHaveLength(100);
}, 120_000);

/** Two texts that PostgreSQL refuses, and an id that is too long for an index. */
function odd(id: string): Approval {
  return anApproval({
    id,
    status: 'approved',
    activity: transfer(`${id}\u0000${'x'.repeat(10_000)}`, { wallet: { id: 'wa-\u0000\ud800', name: null } }),
  });
}

async function decide(approvalId: string): Promise<void> {
  await lab.db.transaction(async (tx) => {
    const row = await lockApproval(tx, approvalId);
    if (row === null) throw new Error('no approval');
    const approval = lab.world.approvals.get(row.platformId);
    if (approval === undefined) throw new Error('no approval on the platform');
    await reserveDecided(tx, { row, approval, now: lab.clock.now });
  });
}
