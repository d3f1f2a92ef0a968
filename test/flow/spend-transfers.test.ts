import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../src/domain/approval.ts';
import { readJson } from '../../src/domain/json.ts';
import type { SpendSum } from '../../src/domain/spend.ts';
import { paymentOf } from '../../src/flow/read-spend.ts';
import { paymentOfTransfer, recordTransfers } from '../../src/flow/record-payment.ts';
import { at } from '../../src/platforms/dfns/document.ts';
import { readTransferEvent } from '../../src/platforms/dfns/released-transfers.ts';
import { translateApproval } from '../../src/platforms/dfns/translate.ts';
import { readWireApproval } from '../../src/platforms/dfns/wire.ts';
import { connection, newRecipient, noon, usdcContract } from '../builders.ts';
import { openLab, type Lab } from './lab.ts';
import { aQuestion, askIn, ended } from './spend-asking.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

describe('transfers that needed no approval', () => {
  it('count once they are released, once each, however often and in which order they are told of', async () => {
    await tell('whe-1', aTransferEvent('requested', { id: 'xfr-free', status: 'Pending' }));
    await record();
    expect((await askFree())?.count).toBe(0);

    await tell('whe-2', aTransferEvent('confirmed', { id: 'xfr-free', status: 'Confirmed' }));
    await tell('whe-3', aTransferEvent('broadcasted', { id: 'xfr-free', status: 'Broadcasted' }));
    await Promise.all([record(), record()]);

    expect(await askFree()).toMatchObject({ count: 1, base: '250000000000' });
  });

  it('count once when an approval of ours tells of the same one', async () => {
    await tell('whe-1', aTransferEvent('confirmed', { id: 'xfr-ap-1', status: 'Confirmed' }));
    await record();

    await lab.arrive(ended('ap-1', 'approved'));

    expect((await askFree())?.count).toBe(1);
  });

  it('that were rejected, or failed before they were broadcast, do not count; what failed later does', async () => {
    await tell('whe-1', aTransferEvent('rejected', { id: 'xfr-1', status: 'Rejected' }));
    await tell('whe-2', aTransferEvent('failed', { id: 'xfr-2', status: 'Failed' }));
    await tell('whe-3', aTransferEvent('failed', { id: 'xfr-3', status: 'Failed', txHash: '0xabc' }));

    await record();

    expect((await askFree())?.count).toBe(1);
  });

  it('never take back what was counted', async () => {
    await tell('whe-1', aTransferEvent('confirmed', { id: 'xfr-1', status: 'Confirmed' }));
    await record();

    await tell('whe-2', aTransferEvent('rejected', { id: 'xfr-1', status: 'Rejected' }));
    await record();

    expect((await askFree())?.count).toBe(1);
  });

  it('and deliveries of any other kind are looked through once and do no harm', async () => {
    for (const [index, body] of ['', 'no json', '{}', '{"kind":"wallet.created","data":{}}'].entries()) {
      await tell(`whe-${index}`, body);
    }
    await tell('whe-other', aTransferEvent('confirmed', { id: 'not an id', status: 'Confirmed' }));

    expect(await record()).toBe(0);

    const [row] = await lab.sql<{ open: number }[]>`
      select count(*)::int as open from deliveries where searched_at is null`;
    expect(row?.open).toBe(0);
  });

  it('have the same values as the payment of their approval', () => {
    const released = readTransferEvent(Buffer.from(aTransferEvent('confirmed', { id: 'xfr-1', status: 'Confirmed' })));
    if (released === null) throw new Error('it was released');

    const told = paymentOfTransfer(released, connection, noon);

    const approval = approvalOf(aTransferEvent('confirmed', { id: 'xfr-1', status: 'Confirmed' }));
    expect(told).toEqual(paymentOf(approval, connection, noon));
    expect(told?.dimensions.recipient).toEqual([`Ethereum/${newRecipient.toLowerCase()}`]);
  });
});

/** The approval that would have waited around this transfer. */
function approvalOf(event: string): Approval {
  const parsed = readJson(event);
  const request = parsed.kind === 'ok' ? at(parsed.value, 'data', 'transferRequest') : undefined;
  const document = {
    id: 'ap-1',
    initiatorId: 'us-somebody',
    status: 'Pending',
    activity: { kind: 'Wallets:Sign', transferRequest: request ?? null },
    policyEvaluations: [],
    decisions: [],
  };
  const wire = readWireApproval(document);
  if (wire.kind !== 'read') throw new Error(wire.reason);
  const around = {
    serviceAccount: '',
    initiatorIsServiceAccount: null,
    walletName: null,
    keyWallet: null,
    policyNow: null,
  };
  return translateApproval(wire.value, [], around, { organisation: 'or-1', environment: 'https://api.dfns.io' });
}

const askFree = async (): Promise<SpendSum | undefined> =>
  askIn(lab, aQuestion({ per: ['wallet', 'asset'], only: [] }));

async function record(): Promise<number> {
  const platforms = new Map([[connection, { ...lab.platform, readTransfer: readTransferEvent }]]);
  return recordTransfers(lab.process({ platforms }));
}

async function tell(key: string, body: string): Promise<void> {
  await lab.sql`
    insert into deliveries (connection, dedupe_key, event_kind, headers, body)
    values (${connection}, ${key}, 'whatever', '{}', ${Buffer.from(body)})`;
}

function aTransferEvent(step: string, request: Record<string, unknown>): string {
  return JSON.stringify({
    id: 'whe-1',
    kind: `wallet.transfer.${step}`,
    date: '2026-11-20T12:00:00.000Z',
    data: {
      transferRequest: {
        walletId: 'wa-br4q3-gen0p-nb1n7ldimog29eu4',
        network: 'Ethereum',
        requester: { userId: 'us-somebody' },
        requestBody: { kind: 'Erc20', contract: usdcContract, to: newRecipient, amount: '250000000000' },
        metadata: { asset: { symbol: 'USDC', decimals: 6, verified: true, quotes: { USD: 0.9999 } } },
        dateRequested: '2026-11-20T12:00:00.000Z',
        ...request,
      },
    },
  });
}
