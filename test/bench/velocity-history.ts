// A history of any length: half of it one hot wallet's, sixty days long, with amounts up to 256 bits.
import type postgres from 'postgres';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { doubtKeysOf, spendKeyOf, tagOf, type SpendKey } from '../../src/db/spend-match.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import type { Ground } from './ground.ts';

const connection = 'treasury';
export const hotWallet = 'wa-0';
/** Half of the rows are the hot wallet's, the rest is spread over so many. */
const otherWallets = 1000;

export type History = {
  readonly rows: number;
  readonly opened: Connection;
  readonly now: number;
  stop(): Promise<void>;
};

/** What a wallet spent, and what may belong to it: every answer is made of both. */
export function keysOf(wallet: string): readonly SpendKey[] {
  const question = { counter: { per: ['wallet'], only: [] }, currency: 'USD' } as const;
  const key = spendKeyOf(connection, question, { wallet });
  if (key === null) throw new Error('failed to make a key: its value is given');
  return [key, ...doubtKeysOf(key)];
}

/** In a database of its own, so that its tables are as small or as large as its history. */
export async function fillHistory(ground: Ground, rows: number, say: (words: string) => void): Promise<History> {
  const name = `history_${rows}`;
  const [current] = await ground.sql<{ name: string }[]>`select current_database() as name`;
  const url = new URL(ground.databaseUrl);
  url.pathname = `/${name}`;
  const admin = connect(adminUrl(ground.databaseUrl), { max: 1, statementTimeoutMs: 0 });
  try {
    await ground.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${current?.name ?? ''} and pid <> pg_backend_pid()`;
    await admin.sql`create database ${admin.sql(name)}`;
  } finally {
    await admin.close();
  }
  const { migrate } = await import('../../src/db/migrate.ts');
  await migrate(url.toString());
  const opened = connect(url.toString(), { max: 1, statementTimeoutMs: 0 });
  const now = await fill(opened.sql, rows);
  say(`${rows} payments written`);
  const startedAt = performance.now();
  await prepareKeys(opened.db, connection, [...keysOf(hotWallet), ...keysOf('wa-1')]);
  say(`their sums made in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  await opened.sql`vacuum analyze`;
  return { rows, opened, now, stop: async () => opened.close() };
}

function adminUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  return url.toString();
}

const spanMs = 60 * 24 * 3_600_000;
/** An odd number of 254 bits: its multiples modulo 2^256 are of every size. */
const factor = '17394920018409582039485710293847561029384756102938475610293847561029384756103';

async function fill(sql: postgres.Sql, rows: number): Promise<number> {
  const now = Date.UTC(2026, 10, 20, 12);
  const wallets = Array.from({ length: otherWallets + 1 }, (_, index) => `wa-${index}`);
  await sql`create table bench_wallets (number int primary key, name text, tag text)`;
  await sql`insert into bench_wallets select * from jsonb_to_recordset(${JSON.stringify(
    wallets.map((name, number) => ({ number, name, tag: tagOf('wallet', name) })),
  )}::text::jsonb) as w (number int, name text, tag text)`;
  await sql`drop index payments_once, payments_by_tag`;
  await sql`
    insert into payments (connection, reference, dimensions, tags, amount_base, value, currency, is_open, source, at)
    select ${connection}, 'xfr-' || n, '{}', array[w.tag],
      mod(n * ${factor}::numeric, power(2::numeric, 256)), round((n % 99991)::numeric / 7, 2), 'USD', false, 'import',
      to_timestamp((${now - spanMs}::float8 + floor(n * (${spanMs}::float8 / ${rows}::float8))) / 1000)
    from generate_series(1, ${rows}::bigint) as n
    join bench_wallets w on w.number = case when n % 2 = 0 then 0 else 1 + (n / 2) % ${otherWallets}::int end`;
  await sql`create unique index payments_once on payments (connection, reference)`;
  await sql`create index payments_by_tag on payments using gin (tags)`;
  // The opponent's table: what one would write without running totals, with the index that such a sum wants.
  await sql`create table bench_history as
    select tags[1] as wallet, at, amount_base, value from payments`;
  await sql`create index bench_history_window on bench_history (wallet, at)`;
  return now;
}
