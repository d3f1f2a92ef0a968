// Statements that every decision runs, planned once per session: for a look-up by key, planning is most of the work.
import type { Db } from './connect.ts';

type Parameter = string | number | boolean | null;

/**
 * Drizzle's documented ways to prepare a statement build it anew for every transaction, which costs as much as sending
 * it; this is what they end in. A statement that has a name is prepared, and the driver knows it again by its text.
 */
export async function executePrepared<Row>(
  db: Db,
  text: string,
  parameters: readonly Parameter[],
): Promise<readonly Row[]> {
  return db._.session
    .prepareQuery<{ execute: readonly Row[]; all: unknown; values: unknown }>(
      { sql: text, params: [...parameters] },
      undefined,
      'spend',
      false,
    )
    .execute();
}

/** What one of the database's own functions answers with; the call is a constant, its lists are joined by commas. */
export async function callPrepared<Answer>(db: Db, call: string, parameters: readonly Parameter[]): Promise<Answer> {
  const [row] = await executePrepared<{ readonly answer: Answer }>(db, `select ${call} as answer`, parameters);
  if (row === undefined) throw new Error('failed to call a function of the database');
  return row.answer;
}
