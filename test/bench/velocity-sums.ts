// Sums over a day and over thirty days, exact, at two lengths of history; against a plain SUM and a look-up by key.
import { tagOf } from '../../src/db/spend-match.ts';
import { executePrepared } from '../../src/db/spend-prepared.ts';
import { sumsOf } from '../../src/db/spend-totals.ts';
import type { SpendSum } from '../../src/domain/spend.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { processorTimeUs } from './processor-time.ts';
import { fillHistory, hotWallet, keysOf, type History } from './velocity-history.ts';

const bench = 'velocity';
const dayMs = 24 * 3_600_000;
const windows = [
  { name: '24 h', ms: dayMs },
  { name: '30 d', ms: 30 * dayMs },
] as const;

type Window = (typeof windows)[number];
type Timed = { readonly ms: number; readonly cpuUs: number | null };
/** What is measured, by a name; each does one operation. */
type Contest = ReadonlyMap<string, (turn: number) => Promise<unknown>>;

export async function benchSums(ground: Ground, { isQuick, say }: BenchOptions): Promise<Figure[]> {
  const [small, large] = [
    await fillHistory(ground, 10_000, say),
    await fillHistory(ground, isQuick ? 1_000_000 : 10_000_000, say),
  ];
  try {
    const wrong = (await differences(small)) + (await differences(large));
    const contest = contestOf(small, large);
    const rounds = isQuick ? 5 : 9;
    const alone = await fight(contest, { ground, rounds, say });
    const together = await mix(contest, rounds);
    return toFigures({ alone, together }, { small, large, wrong });
  } finally {
    await small.stop();
    await large.stop();
  }
}

async function ourSum({ opened, now }: History, wallet: string, ms: number): Promise<SpendSum | null> {
  const start = { kind: 'after', at: now - ms } as const;
  const [sum, ...inDoubt] = await sumsOf(
    opened.db,
    keysOf(wallet).map(({ digest }) => ({ digest, start })),
  );
  const isClear = inDoubt.every((doubt) => doubt?.count === 0);
  return isClear ? (sum ?? null) : null;
}

type PlainSum = { readonly count: number; readonly base: string; readonly fiat: string };

async function plainSum({ opened, now }: History, wallet: string, ms: number): Promise<PlainSum | undefined> {
  const [sum] = await executePrepared<PlainSum>(
    opened.db,
    `select count(*)::int as count, coalesce(sum(amount_base), 0)::text as base,
      trim_scale(coalesce(sum(value), 0))::text as fiat
    from bench_history
    where wallet = $1 and at > $2`,
    [tagOf('wallet', wallet), new Date(now - ms).toISOString()],
  );
  return sum;
}

/** Sums that are not those of a plain SUM, at edges that payments fall exactly on, too. */
async function differences(history: History): Promise<number> {
  let wrong = 0;
  const spans = [...windows.map(({ ms }) => ms), 1000, 3_600_000, 60 * dayMs - 1, 90 * dayMs];
  for (const wallet of [hotWallet, 'wa-1']) {
    for (const ms of spans) {
      const ours = await ourSum(history, wallet, ms);
      const plain = await plainSum(history, wallet, ms);
      const isSame = ours?.count === plain?.count && ours?.base === plain?.base && ours?.fiat === plain?.fiat;
      if (!isSame) wrong += 1;
    }
  }
  return wrong;
}

const nameOf = (what: string, { rows }: History, window: Window): string => `${what} ${window.name} ${rows}`;

function contestOf(small: History, large: History): Contest {
  const contest = new Map<string, (turn: number) => Promise<unknown>>();
  for (const history of [small, large]) {
    const { db } = history.opened;
    contest.set(`key ${history.rows}`, async (turn) =>
      executePrepared(db, 'select * from payments where id = $1', [1 + ((turn * 7919) % history.rows)]),
    );
    for (const window of windows) {
      contest.set(nameOf('ours', history, window), async () => ourSum(history, hotWallet, window.ms));
      contest.set(nameOf('plain', history, window), async () => plainSum(history, hotWallet, window.ms));
    }
  }
  return contest;
}

const roundMs = 400;

/** In turns, there and back again; the first round warms up. A slow one is asked less often in its time. */
async function fight(
  contest: Contest,
  { ground, rounds, say }: { ground: Ground; rounds: number; say: (words: string) => void },
): Promise<ReadonlyMap<string, readonly Timed[]>> {
  const results = new Map<string, Timed[]>([...contest.keys()].map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const turns = round % 2 === 0 ? [...contest] : [...contest].toReversed();
    for (const [name, act] of turns) {
      const before = await serverTime(ground);
      const times: number[] = [];
      for (const startedAt = performance.now(); performance.now() - startedAt < roundMs;) {
        const at = performance.now();
        await act(times.length);
        times.push(performance.now() - at);
      }
      const after = await serverTime(ground);
      const cpuUs = before === null || after === null ? null : (after - before) / times.length;
      if (round > 0) results.get(name)?.push({ ms: median(times), cpuUs });
    }
    say(`round ${round} of ${rounds}`);
  }
  return results;
}

const turnsPerRound = 300;

/** Everything that is fast, one operation after the other: each pair of a ratio had the same millisecond. */
async function mix(contest: Contest, rounds: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const fast = [...contest].filter(([name]) => !name.startsWith('plain'));
  const results = new Map<string, number[]>(fast.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const times = new Map<string, number[]>(fast.map(([name]) => [name, []]));
    for (let turn = 0; turn < turnsPerRound; turn += 1) {
      for (const [name, act] of turn % 2 === 0 ? fast : fast.toReversed()) {
        const at = performance.now();
        await act(turn);
        times.get(name)?.push(performance.now() - at);
      }
    }
    if (round > 0) for (const [name, list] of times) results.get(name)?.push(median(list));
  }
  return results;
}

async function serverTime({ databasePid }: Ground): Promise<number | null> {
  return databasePid === null ? null : processorTimeUs(databasePid);
}

type Results = {
  readonly alone: ReadonlyMap<string, readonly Timed[]>;
  readonly together: ReadonlyMap<string, readonly number[]>;
};

function toFigures(
  { alone, together }: Results,
  { small, large, wrong }: { small: History; large: History; wrong: number },
): Figure[] {
  const of = (name: string): readonly Timed[] => alone.get(name) ?? [];
  const ms = (name: string): number => median(of(name).map((timed) => timed.ms));
  const cpu = (name: string): number | null => {
    const known = of(name).flatMap((timed) => timed.cpuUs ?? []);
    return known.length === 0 ? null : median(known);
  };
  /** Medians of the ratios of each round. */
  const ratio = (a: string, b: string): number =>
    median((together.get(a) ?? []).map((time, round) => time / (together.get(b)?.[round] ?? Number.NaN)));
  const slower = (a: string, b: string): number =>
    median(of(a).map((timed, round) => timed.ms / (of(b)[round]?.ms ?? Number.NaN)));
  const both = [small, large];
  return [
    ...both.flatMap((history) => [
      ...windows.flatMap((window): Figure[] => [
        figure(nameOf('sum', history, window), 'ms', ms(nameOf('ours', history, window))),
        figure(`${nameOf('sum', history, window)}, CPU of PostgreSQL`, 'us', cpu(nameOf('ours', history, window))),
        figure(nameOf('plain SUM', history, window), 'ms', ms(nameOf('plain', history, window))),
      ]),
      figure(`primary key ${history.rows}`, 'ms', ms(`key ${history.rows}`)),
    ]),
    { bench, figure: 'sums that differ from a plain SUM', value: wrong, goal: { sign: '=', value: 0 } },
    ...windows.flatMap((window): Figure[] => [
      {
        bench,
        figure: `growth ${window.name}, ${small.rows} to ${large.rows}`,
        unit: 'x',
        value: ratio(nameOf('ours', large, window), nameOf('ours', small, window)),
        goal: { sign: '<=', value: 1.5 },
      },
      {
        bench,
        figure: `${window.name} against a primary key, ${large.rows}`,
        unit: 'x',
        value: ratio(nameOf('ours', large, window), `key ${large.rows}`),
        goal: { sign: '<=', value: 3 },
      },
      figure(
        `${window.name}, plain SUM against ours, ${large.rows}`,
        'x',
        slower(nameOf('plain', large, window), nameOf('ours', large, window)),
      ),
    ]),
  ];
}

function figure(name: string, unit: string, value: number | null): Figure {
  return { bench, figure: name, unit, value, goal: null };
}
