// A database of an older version: payments of which too little is known were in no sum, and must be seen from now on.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { connect } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { doubtKeysOf, spendKeyOf, tagOf } from '../../src/db/spend-match.ts';
import { sumsOf } from '../../src/db/spend-totals.ts';
import { spendDimensions, unknownValue } from '../../src/domain/spend.ts';
import { connection } from '../builders.ts';
import { createTestDatabase } from '../database.ts';

const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url));
const journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.int() })) });

/** Only what there was before payments in doubt were counted. */
async function olderMigrations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-older-'));
  await cp(migrations, folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const { entries, ...rest } = journal.parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify({ ...rest, entries: entries.filter(({ idx }) => idx <= 3) }));
  return folder;
}

it('payments without a value are in doubt after the upgrade, and sums are made anew', async () => {
  const database = await createTestDatabase({ isEmpty: true });
  const folder = await olderMigrations();
  await migrate(database.url, { folder });
  const opened = connect(database.url, { max: 1 });
  try {
    const dimensions = { wallet: ['wa-1'], network: ['Ethereum'] };
    const tags = [tagOf('wallet', 'wa-1'), tagOf('network', 'Ethereum')];
    await opened.sql`
      insert into payments (connection, reference, dimensions, tags, is_open, source, at)
      values (${connection}, 'xfr-old', ${JSON.stringify(dimensions)}, ${tags}, false, 'import', now())`;
    await opened.sql`
      insert into spend_keys (digest, connection, counter, values)
      values ('old', ${connection}, '{"per":[],"only":[]}', '{}')`;

    await migrate(database.url);

    const [row] = await opened.sql<{ tags: string[] }[]>`select tags from payments`;
    const lacking = spendDimensions.filter((name) => name !== 'wallet' && name !== 'network');
    expect(row?.tags.toSorted()).toEqual([...tags, ...lacking.map((name) => tagOf(name, unknownValue))].toSorted());
    expect([...(await opened.sql`select digest from spend_keys`)]).toEqual([]);
    const question = { counter: { per: ['wallet', 'asset'] as const, only: [] }, currency: null };
    const key = spendKeyOf(connection, question, { wallet: 'wa-1', asset: 'Ethereum/native' });
    if (key === null) throw new Error('every value is given');
    const keys = [key, ...doubtKeysOf(key)];
    await prepareKeys(opened.db, connection, keys);
    const start = { kind: 'always' } as const;
    const sums = await sumsOf(
      opened.db,
      keys.map(({ digest }) => ({ digest, start })),
    );
    expect(sums.map((sum) => sum?.count)).toEqual([0, 0, 1, 0]);
  } finally {
    await opened.close();
    await database.drop();
    await rm(folder, { recursive: true });
  }
});
