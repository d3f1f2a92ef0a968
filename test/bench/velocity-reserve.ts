// Check and reserve in one transaction, over a thousand wallets, against a plain INSERT; and two at once per budget.
import { randomUUID } from 'node:crypto';
import { connect, type Connection, type Db } from '../../src/db/connect.ts';
import { payments } from '../../src/db/schema.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { doubtKeysOf, spendKeyOf, tagsOf, type SpendKey } from '../../src/db/spend-match.ts';
import { releasePayment } from '../../src/db/spend-payments.ts';
import { executePrepared } from '../../src/db/spend-prepared.ts';
import { reservePayment } from '../../src/db/spend-reserve.ts';
import type { Payment } from '../../src/domain/spend.ts';
import { aPayment } from '../db/spend-payment.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { processorTimeUs } from './processor-time.ts';

const bench = 'velocity';
const wallets = 1000;
const connections = 8;
const budgets = 200;

type Round = { readonly perSecond: number; readonly cpuUs: number | null };
type Way = 'ours' | 'insert' | 'statement' | 'usual';

export async function benchReservations(ground: Ground, { isQuick, say }: BenchOptions): Promise<Figure[]> {
  const opened = connect(ground.databaseUrl, { max: connections, statementTimeoutMs: 0, lockTimeoutMs: 0 });
  try {
    // The same columns and indexes, and nobody who asks for sums.
    await opened.sql`create table bench_payments (like payments including all)`;
    for (let wallet = 0; wallet < wallets; wallet += 1) {
      await prepareKeys(opened.db, 'treasury', keysOf(newPayment(wallet)));
    }
    await opened.sql`vacuum analyze`;
    const rounds = await fight(opened, { ground, rounds: isQuick ? 3 : 7, seconds: isQuick ? 1.5 : 3, say });
    return [...toFigures(rounds), await overspent(opened)];
  } finally {
    await opened.close();
  }
}

function newPayment(wallet: number): Payment {
  return aPayment({ reference: randomUUID(), dimensions: { wallet: [`wa-${wallet}`] }, at: Date.now() });
}

function keyOf({ connection, dimensions }: Payment): SpendKey {
  const question = { counter: { per: ['wallet'], only: [] }, currency: 'USD' } as const;
  const key = spendKeyOf(connection, question, { wallet: dimensions.wallet[0] ?? '' });
  if (key === null) throw new Error('failed to make a key: its value is given');
  return key;
}

/** What a question is answered from: the sum itself, and those of payments of which too little is known. */
function keysOf(payment: Payment): readonly SpendKey[] {
  const key = keyOf(payment);
  return [key, ...doubtKeysOf(key)];
}

/** As the flow does it, without the audit row: reserved, looked at, and taken back where it does not fit. */
async function checkAndReserve({ db }: Connection, payment: Payment, limit: number): Promise<boolean> {
  const keys = keysOf(payment);
  const start = { kind: 'after', at: payment.at - 24 * 3_600_000 } as const;
  return db.transaction(async (tx) => {
    const { sums, paymentId } = await reservePayment(tx, {
      payment,
      approvalId: randomUUID(),
      held: keys.slice(0, 1),
      sums: keys.map(({ digest }) => ({ digest, start })),
    });
    // This payment included. What may belong to the sum counts here, the cautious way.
    const count = sums.reduce((total, sum) => total + (sum?.count ?? Number.NaN), 0);
    if (count <= limit) return true;
    if (paymentId !== null) await releasePayment(tx, paymentId);
    return false;
  });
}

/** What nobody would write for one row: prepared, and sent in the same way as ours. */
async function plainInsert(
  db: Db,
  { connection, reference, dimensions, amountBase, fiat, at }: Payment,
): Promise<void> {
  await executePrepared(
    db,
    `insert into bench_payments
      (connection, reference, approval_id, dimensions, tags, amount_base, value, currency, is_open, source, at)
    values ($1, $2, $3, $4, string_to_array($5, ','), $6, $7, $8, $9, $10, $11)`,
    [
      connection,
      reference,
      randomUUID(),
      JSON.stringify(dimensions),
      tagsOf(dimensions).join(','),
      amountBase,
      fiat?.value ?? null,
      fiat?.currency ?? null,
      true,
      'approval',
      new Date(at).toISOString(),
    ],
  );
}

/** The same row, written as everything else in the product writes its rows. */
async function usualInsert(
  db: Db,
  { connection, reference, dimensions, amountBase, fiat, at }: Payment,
): Promise<void> {
  await db.insert(payments).values({
    connection,
    reference,
    approvalId: randomUUID(),
    dimensions,
    tags: [...tagsOf(dimensions)],
    amountBase,
    value: fiat?.value ?? null,
    currency: fiat?.currency ?? null,
    isOpen: true,
    source: 'approval',
    at: new Date(at),
  });
}

const ways: Readonly<Record<Way, (opened: Connection, payment: Payment) => Promise<unknown>>> = {
  ours: async (opened, payment) => checkAndReserve(opened, payment, 1_000_000),
  insert: async ({ db }, payment) => db.transaction(async (tx) => plainInsert(tx, payment)),
  statement: async ({ db }, payment) => plainInsert(db, payment),
  usual: async ({ db }, payment) => db.transaction(async (tx) => usualInsert(tx, payment)),
};

const order: readonly Way[] = ['ours', 'insert', 'statement', 'usual'];

async function fight(
  opened: Connection,
  { ground, rounds, seconds, say }: { ground: Ground; rounds: number; seconds: number; say: (words: string) => void },
): Promise<Readonly<Record<Way, readonly Round[]>>> {
  const results: Record<Way, Round[]> = { ours: [], insert: [], statement: [], usual: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of round % 2 === 0 ? order : order.toReversed()) {
      const result = await runRound(opened, way, { ground, seconds: round === 0 ? 1 : seconds });
      if (round === 0) continue;
      results[way].push(result);
      const cpu = result.cpuUs === null ? 'not measured' : `${Math.round(result.cpuUs)} us`;
      say(`round ${round} ${way}: ${Math.round(result.perSecond)}/s, cpu ${cpu}`);
    }
  }
  return results;
}

async function runRound(
  opened: Connection,
  way: Way,
  { ground, seconds }: { ground: Ground; seconds: number },
): Promise<Round> {
  const before = await usedBy(ground);
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  let done = 0;
  const keepBusy = async (): Promise<void> => {
    while (performance.now() < endAt) {
      await ways[way](opened, newPayment(Math.floor(Math.random() * wallets)));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, keepBusy));
  const elapsed = (performance.now() - startedAt) / 1000;
  const after = await usedBy(ground);
  return { perSecond: done / elapsed, cpuUs: before === null || after === null ? null : (after - before) / done };
}

/** Ours and the server's: what an operation costs altogether. */
async function usedBy({ databasePid }: Ground): Promise<number | null> {
  const server = databasePid === null ? null : await processorTimeUs(databasePid);
  const { user, system } = process.cpuUsage();
  return server === null ? null : server + user + system;
}

/** Two that fit one by one and not together, for every budget at once. */
async function overspent(opened: Connection): Promise<Figure> {
  const pairs = Array.from({ length: budgets }, (_, index) => wallets + index);
  for (const wallet of pairs) await prepareKeys(opened.db, 'treasury', keysOf(newPayment(wallet)));
  const passed = await Promise.all(
    pairs.flatMap((wallet) => [1, 2].map(async () => checkAndReserve(opened, newPayment(wallet), 1))),
  );
  const over = passed.filter(Boolean).length - budgets;
  return {
    bench,
    figure: `reservations over ${budgets} budgets, two at once each`,
    value: over,
    goal: { sign: '=', value: 0 },
  };
}

function toFigures(results: Readonly<Record<Way, readonly Round[]>>): Figure[] {
  const names: Readonly<Record<Way, string>> = {
    ours: 'check + reserve',
    usual: 'plain INSERT in a transaction, as drizzle writes it',
    insert: 'plain INSERT in a transaction, prepared by hand',
    statement: 'plain INSERT by itself, prepared by hand',
  };
  const absolute = order.flatMap((way): Figure[] => {
    const [name, rounds] = [names[way], results[way]];
    const cpu = rounds.flatMap((round) => round.cpuUs ?? []);
    return [
      { bench, figure: name, unit: 'per s', value: median(rounds.map((round) => round.perSecond)), goal: null },
      { bench, figure: `${name}, CPU`, unit: 'us', value: cpu.length === 0 ? null : median(cpu), goal: null },
    ];
  });
  const ratio = (way: Way): number =>
    median(results.ours.map((round, index) => round.perSecond / (results[way][index]?.perSecond ?? Number.NaN)));
  const against = (figure: string, way: Way, goal: Figure['goal']): Figure => ({
    bench,
    figure,
    unit: 'x',
    value: ratio(way),
    goal,
  });
  return [
    ...absolute,
    against(`check + reserve over ${wallets} wallets against a plain INSERT of the same row`, 'usual', {
      sign: '>=',
      value: 0.7,
    }),
    against('and against that INSERT prepared by hand', 'insert', { sign: '>=', value: 0.7, isAim: true }),
    against('and against it by itself, a transaction without BEGIN and COMMIT', 'statement', null),
  ];
}
