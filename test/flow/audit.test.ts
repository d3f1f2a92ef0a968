import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAudit, verifyAudit } from '../../src/db/audit-log.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import { noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';

const key = new TextEncoder().encode('a key outside the database, 32 bytes');
const rows = 12;

let database: TestDatabase;
let connection: Connection;

beforeEach(async () => {
  database = await createTestDatabase();
  connection = connect(database.url, { max: 4 });
  for (const index of Array.from({ length: rows }).keys()) {
    await append(`event.${index}`);
  }
});

afterEach(async () => {
  await connection.close();
  await database.drop();
});

async function append(event: string) {
  return connection.db.transaction(async (tx) =>
    appendAudit(
      tx,
      { key, now: noon, configHash: 'c' },
      { event, approvalId: null, actor: 'system', details: { event, amount: '10' } },
    ),
  );
}

describe('the audit chain', () => {
  it('is intact as it was written, with a gapless sequence under concurrent writers', async () => {
    await Promise.all(Array.from({ length: 20 }, async (_, index) => append(`parallel.${index}`)));

    expect(await verifyAudit(connection.db, key)).toMatchObject({ kind: 'intact', rows: rows + 20 });
  });

  it.each([
    {
      name: 'an edited detail',
      tamper: `update audit_log set details = replace(details, '10', '11') where seq = 5`,
      seq: 5,
    },
    { name: 'an edited time', tamper: `update audit_log set at = at + interval '1 ms' where seq = 7`, seq: 7 },
    { name: 'another actor', tamper: `update audit_log set actor = 'mallory' where seq = 3`, seq: 3 },
    { name: 'another configuration hash', tamper: `update audit_log set config_hash = 'd' where seq = 12`, seq: 12 },
    { name: 'a deleted row', tamper: `delete from audit_log where seq = 6`, seq: 6 },
    { name: 'a deleted first row', tamper: `delete from audit_log where seq = 1`, seq: 1 },
    {
      name: 'a row deleted and the rest renumbered',
      tamper: `delete from audit_log where seq = 4; update audit_log set seq = -seq where seq > 4; update audit_log set seq = -seq - 1 where seq < 0`,
      seq: 4,
    },
    {
      name: 'two swapped rows',
      tamper: `update audit_log set seq = -8 where seq = 8; update audit_log set seq = 8 where seq = 9; update audit_log set seq = 9 where seq = -8`,
      seq: 8,
    },
    {
      name: 'an inserted row',
      tamper: `insert into audit_log select 13, at, event, approval_id, actor, details, config_hash, mac, mac from audit_log where seq = 12`,
      seq: 13,
    },
    {
      name: 'a row before the first',
      tamper: `insert into audit_log select 0, at, event, approval_id, actor, details, config_hash, previous, mac from audit_log where seq = 1`,
      seq: 0,
    },
  ])('names the first bad row after $name', async ({ tamper, seq }) => {
    await connection.sql.unsafe(tamper);

    expect(await verifyAudit(connection.db, key)).toMatchObject({ kind: 'broken', seq });
  });

  it('does not verify with another key', async () => {
    const other = new TextEncoder().encode('another key');

    expect(await verifyAudit(connection.db, other)).toMatchObject({ kind: 'broken', seq: 1 });
  });

  it('takes the change with it when the audit row cannot be written', async () => {
    const attempt = connection.db.transaction(async (tx) => {
      await tx.execute('create table change (id int)');
      await tx.execute('alter table audit_log rename to gone');
      await appendAudit(
        tx,
        { key, now: noon, configHash: 'c' },
        { event: 'x', approvalId: null, actor: 'system', details: {} },
      );
    });

    await expect(attempt).rejects.toThrow('Failed query');
    expect(await connection.sql`select to_regclass('change') as name`).toMatchObject([{ name: null }]);
  });
});
