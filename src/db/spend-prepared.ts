// Statements that every decision runs, planned once per connection: for a look-up by key, planning is most of the work.
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Db } from './connect.ts';

const dialect = new PgDialect();

/** Like `db.execute`; drizzle prepares a statement when it has a name, and the driver knows it again by its text. */
export async function executePrepared<Row>(db: Db, statement: SQL): Promise<readonly Row[]> {
  const query = dialect.sqlToQuery(statement);
  return db._.session
    .prepareQuery<{ execute: readonly Row[]; all: unknown; values: unknown }>(query, undefined, 'spend', false)
    .execute();
}
