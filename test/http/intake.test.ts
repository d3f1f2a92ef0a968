import { drizzle } from 'drizzle-orm/postgres-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { IncomingDelivery } from '../../src/db/deliveries.ts';
import { addTasks, outboxChannel } from '../../src/db/outbox.ts';
import * as schema from '../../src/db/schema.ts';
import { taskKey, type Task } from '../../src/domain/task.ts';
import { aDelivery, distinctDeliveries } from './deliveries.ts';
import { startLab, storedIds, type Lab, type LabOptions } from './lab.ts';

let lab: Lab;

afterEach(async () => lab.stop());

async function setUp(options: LabOptions = {}): Promise<void> {
  lab = await startLab(options);
}

async function versionsOf(key: string): Promise<number[]> {
  const rows = await lab.sql<{ version: number }[]>`select version from outbox where key = ${key}`;
  return rows.map((row) => row.version);
}

function anEvent(key: string): IncomingDelivery {
  return {
    connection: 'treasury',
    dedupeKey: key,
    eventKind: 'k',
    approvalId: `ap-${key}`,
    headers: {},
    body: Buffer.from(key),
  };
}

describe('many at once', () => {
  it('stores 500 deliveries that come at the same time once each, with one task per approval', async () => {
    await setUp();

    const statuses = await Promise.all(distinctDeliveries(500).map(async (delivery) => lab.post(delivery)));

    expect(new Set(statuses)).toEqual(new Set([200]));
    const ids = await storedIds(lab);
    expect([ids.length, new Set(ids).size]).toEqual([500, 500]);
    const [row] = await lab.sql`select count(*)::int as tasks, sum(version)::int as versions from outbox`;
    expect(row).toEqual({ tasks: 500, versions: 500 });
  });

  it('forms batches by itself: fewer commits than deliveries', async () => {
    await setUp();

    await Promise.all(distinctDeliveries(300).map(async (delivery) => lab.post(delivery)));

    // All rows of one commit carry the number of its transaction.
    const [row] = await lab.sql<{ commits: number }[]>`
      select count(distinct xmin::text)::int as commits from deliveries`;
    expect(row?.commits).toBeLessThan(300);
  });

  it('wakes the relay at the commit', async () => {
    await setUp();
    let calls = 0;
    const listening = await lab.sql.listen(outboxChannel, () => (calls += 1));

    await lab.post(aDelivery());

    await expect.poll(() => calls).toBe(1);
    await listening.unlisten();
  });
});

describe('the same again', () => {
  it('stores 200 copies of one delivery once, and asks for one refresh', async () => {
    await setUp();
    const delivery = aDelivery();

    const statuses = await Promise.all(Array.from({ length: 200 }, async () => lab.post(delivery)));

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await storedIds(lab)).length).toBe(1);
    expect(lab.results.filter(([, result]) => result === 'stored').length).toBe(1);
    expect(lab.results.filter(([, result]) => result === 'duplicate').length).toBe(199);
    expect(await versionsOf('refresh/treasury/ap-4bbqu-o5317-mc5avdju67fmt058')).toEqual([1]);
  });

  it('recognises a retry although its event has a new id', async () => {
    await setUp();

    await lab.post(aDelivery({ eventId: 'whe-first' }));
    await lab.post(
      aDelivery({ eventId: 'whe-second', retryOf: 'whe-first', sentAt: Math.floor(Date.now() / 1000) + 60 }),
    );

    expect(lab.results.map(([, result]) => result)).toEqual(['stored', 'duplicate']);
  });

  it('asks again when another event names the same approval', async () => {
    await setUp();

    await lab.post(aDelivery({ approvalId: 'ap-one' }));
    await lab.post(aDelivery({ approvalId: 'ap-one', kind: 'policy.approval.resolved' }));

    expect((await storedIds(lab)).length).toBe(2);
    expect(await versionsOf('refresh/treasury/ap-one')).toEqual([2]);
  });

  it('writes the same task as everybody else who asks for a refresh', async () => {
    await setUp();
    const task: Task = { kind: 'refresh', connection: 'treasury', platformId: 'ap-one' };
    await lab.post(aDelivery({ approvalId: 'ap-one' }));

    await addTasks(drizzle(lab.sql, { schema }), [task], Date.now());

    const rows = await lab.sql`select key, task, version from outbox`;
    expect(rows).toEqual([{ key: taskKey(task), task, version: 2 }]);
  });

  it('brings work forward that was put off', async () => {
    await setUp();
    await lab.post(aDelivery({ approvalId: 'ap-one' }));
    await lab.sql`update outbox set not_before = now() + interval '1 hour'`;

    await lab.post(aDelivery({ approvalId: 'ap-one', kind: 'policy.approval.resolved' }));

    const [row] = await lab.sql`select not_before <= now() + interval '1 second' as is_due from outbox`;
    expect(row).toEqual({ is_due: true });
  });
});

describe('odd deliveries', () => {
  it('keeps every byte and every header, whatever is in them', async () => {
    await setUp();
    const bodies = ['', ',', '\n', '\0\xff,\n"{}\\', 'x'.repeat(100_000), ''].map((text) =>
      Buffer.from(text, 'latin1'),
    );
    const headers = { 'content-type': 'a,b\n"c"\\{}', 'x-event': '' };

    for (const group of [bodies.slice(0, 1), bodies]) {
      const stored = group.map(async (body, index) =>
        lab.inbox.store({
          connection: 'treasury',
          dedupeKey: `odd-${group.length}-${index}`,
          eventKind: 'k',
          approvalId: null,
          headers,
          body,
        }),
      );
      expect(new Set(await Promise.all(stored))).toEqual(new Set(['stored']));
    }

    const rows =
      await lab.sql`select body, headers from deliveries where dedupe_key like 'odd-6-%' order by dedupe_key`;
    expect(rows.map((row) => row['body'])).toEqual(bodies);
    expect(rows.every((row) => row['headers']['content-type'] === headers['content-type'])).toBe(true);
    const [alone] = await lab.sql`select body from deliveries where dedupe_key = 'odd-1-0'`;
    expect(alone?.['body']).toEqual(Buffer.alloc(0));
  });

  it('tells new from old when they share a batch', async () => {
    await setUp();
    await lab.inbox.store(anEvent('old'));
    const first = lab.inbox.store(anEvent('first'));

    const outcomes = await Promise.all(['a', 'old', 'b', 'a'].map(async (key) => lab.inbox.store(anEvent(key))));

    expect([await first, ...outcomes]).toEqual(['stored', 'stored', 'duplicate', 'stored', 'duplicate']);
    expect(await versionsOf('refresh/treasury/ap-old')).toEqual([1]);
  });
});

describe('a delivery that the database can not hold', () => {
  it('is refused alone: the others of its batch are stored', async () => {
    await setUp();
    const poison = {
      connection: 'treasury',
      dedupeKey: 'poison\0',
      eventKind: 'k',
      approvalId: null,
      headers: {},
      body: Buffer.from('x'),
    };
    const fine = Array.from({ length: 40 }, (_, index) => ({ ...poison, dedupeKey: `fine-${index}` }));
    // The first one keeps the statement busy, so that the others share the next.
    const first = lab.inbox.store({ ...poison, dedupeKey: 'first' });

    const outcomes = await Promise.allSettled(
      [...fine.slice(0, 20), poison, ...fine.slice(20)].map(async (delivery) => lab.inbox.store(delivery)),
    );

    expect(await first).toBe('stored');
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBe(1);
    expect(outcomes[20]?.status).toBe('rejected');
    expect((await storedIds(lab)).length).toBe(41);
  });
});

describe('stopping', () => {
  it('writes what waits and refuses what comes later', async () => {
    await setUp();
    const delivery = { connection: 'treasury', eventKind: 'k', approvalId: null, headers: {}, body: Buffer.from('x') };
    const waiting = Array.from({ length: 50 }, async (_, index) =>
      lab.inbox.store({ ...delivery, dedupeKey: `d-${index}` }),
    );

    await lab.inbox.close();

    await expect(lab.inbox.store({ ...delivery, dedupeKey: 'late' })).rejects.toThrow('closed');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['stored']));
    expect((await storedIds(lab)).length).toBe(50);
  });
});
