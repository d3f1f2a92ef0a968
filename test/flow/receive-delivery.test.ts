import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { createInbox, type Inbox } from '../../src/db/deliveries.ts';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { receiveDelivery, type ReceiveContext } from '../../src/flow/receive-delivery.ts';
import { createLogger } from '../../src/log.ts';
import type { Hint, PlatformConnection, Verification } from '../../src/platforms/platform.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { aPlatform } from '../http/platform.ts';

let database: TestDatabase;
let connection: Connection;
let inbox: Inbox;
let verified: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connect(database.url);
  inbox = createInbox(connection.sql);
});
beforeEach(async () => {
  verified = [];
  await connection.sql`truncate deliveries, outbox`;
});
afterAll(async () => {
  onCrashPoint(null);
  await inbox.close();
  await connection.close();
  await database.drop();
});

const hint: Hint = { eventKind: 'policy.approval.pending', dedupeKey: 'data-1', approvalId: 'ap-1' };
const delivery = { headers: { 'x-signature': 's' }, body: Buffer.from('{}') };

function platformThat(answer: () => Verification, name = 'treasury'): PlatformConnection {
  return {
    ...aPlatform(name),
    verify: () => {
      verified.push(name);
      return answer();
    },
  };
}

function contextWith(
  platforms: readonly PlatformConnection[],
  overrides: Partial<ReceiveContext> = {},
): ReceiveContext {
  return {
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    now: Date.now,
    log: createLogger('silent'),
    inbox,
    ...overrides,
  };
}

const yes = (): Verification => ({ kind: 'verified', hint });

async function counts(): Promise<{ deliveries: number; tasks: number }> {
  const [row] = await connection.sql<{ deliveries: number; tasks: number }[]>`
    select (select count(*)::int from deliveries) as deliveries, (select count(*)::int from outbox) as tasks`;
  return row ?? { deliveries: -1, tasks: -1 };
}

describe('a verified delivery', () => {
  it('is stored with its task before the receipt is given', async () => {
    const ctx = contextWith([platformThat(yes)]);

    const receipt = await receiveDelivery(ctx, { connection: 'treasury', delivery });

    expect(receipt).toEqual({ kind: 'stored' });
    expect(await counts()).toEqual({ deliveries: 1, tasks: 1 });
  });

  it('is a duplicate the second time, and asks for nothing', async () => {
    const ctx = contextWith([platformThat(yes)]);
    await receiveDelivery(ctx, { connection: 'treasury', delivery });
    await connection.sql`delete from outbox`;

    const receipt = await receiveDelivery(ctx, { connection: 'treasury', delivery });

    expect(receipt).toEqual({ kind: 'duplicate' });
    expect(await counts()).toEqual({ deliveries: 1, tasks: 0 });
  });

  it('is another one on another connection', async () => {
    const ctx = contextWith([platformThat(yes), platformThat(yes, 'payouts')]);
    await receiveDelivery(ctx, { connection: 'treasury', delivery });

    const receipt = await receiveDelivery(ctx, { connection: 'payouts', delivery });

    expect(receipt).toEqual({ kind: 'stored' });
    expect(await counts()).toEqual({ deliveries: 2, tasks: 2 });
  });

  it('keeps the headers that were signed or say when, and none that is a password', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-dfns-webhook-signature': 'sha256=1',
      'svix-id': 'msg_1',
      'webhook-timestamp': '1',
      'user-agent': 'Dfns',
      authorization: 'Bearer canary',
      cookie: 'canary',
      'x-api-key': 'canary',
      'x-auth-token': 'canary',
      'x-forwarded-for': '10.0.0.1',
    };

    await receiveDelivery(contextWith([platformThat(yes)]), {
      connection: 'treasury',
      delivery: { ...delivery, headers },
    });

    const [row] = await connection.sql`select headers from deliveries`;
    expect(Object.keys(row?.['headers'] ?? {}).toSorted()).toEqual([
      'content-type',
      'svix-id',
      'user-agent',
      'webhook-timestamp',
      'x-dfns-webhook-signature',
    ]);
  });

  it('can be killed right after the commit: then the row is there', async () => {
    const points: string[] = [];
    onCrashPoint((point) => points.push(point));

    await receiveDelivery(contextWith([platformThat(yes)]), { connection: 'treasury', delivery });
    onCrashPoint(null);

    expect(points).toEqual(['delivery-stored']);
    expect(await counts()).toEqual({ deliveries: 1, tasks: 1 });
  });
});

describe('a delivery that is refused', () => {
  it.each(['no-signature', 'bad-signature', 'stale', 'malformed'] as const)('stores nothing: %s', async (reason) => {
    const ctx = contextWith([platformThat(() => ({ kind: 'rejected', reason }))]);

    const receipt = await receiveDelivery(ctx, { connection: 'treasury', delivery });

    expect(receipt).toEqual({ kind: 'refused', reason });
    expect(await counts()).toEqual({ deliveries: 0, tasks: 0 });
  });

  it('takes as much work for an unknown connection, and believes nothing of it', async () => {
    const receipt = await receiveDelivery(contextWith([platformThat(yes)]), { connection: 'nobody', delivery });

    expect(receipt).toEqual({ kind: 'refused', reason: 'unknown-connection' });
    expect(verified).toEqual(['treasury']);
    expect(await counts()).toEqual({ deliveries: 0, tasks: 0 });
  });
});

it('says unavailable, and nothing else, when the storage fails', async () => {
  const broken: Inbox = {
    store: async () => {
      throw new Error('no');
    },
    close: async () => {},
  };

  const receipt = await receiveDelivery(contextWith([platformThat(yes)], { inbox: broken }), {
    connection: 'treasury',
    delivery,
  });

  expect(receipt).toEqual({ kind: 'unavailable' });
});
