// Intake: our durable, deduplicated acknowledgement against the usual ways, in turns, on the same database and sockets.
import { startChild, type Child } from './children.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import { findBenchRedis, startGround, type BenchRedis, type Ground } from './ground.ts';
import { askForLoad, modes, portSchema, type LoadOrder, type Mode, type ServerOrder } from './orders.ts';
import { processorTimeUs } from './processor-time.ts';

type Round = { perSecond: number; p50Ms: number; cpuUs: number | null };

type Arena = {
  readonly ground: Ground;
  readonly redis: BenchRedis | null;
  readonly load: Child;
  readonly servers: ReadonlyMap<Mode, { child: Child; port: number }>;
};

const connections = 64;

export async function benchIntake({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const ground = await startGround();
  const redis = await findBenchRedis();
  const api = await startChild('./fake-api.ts', { state: 'up', delayMs: 50 });
  const load = await startChild('./load.ts', null);
  const servers = new Map<Mode, { child: Child; port: number }>();
  try {
    const apiUrl = `http://127.0.0.1:${portSchema.parse(api.first).port}`;
    for (const mode of modes) {
      if (mode === 'dual' && redis === null) continue;
      const order: ServerOrder = {
        mode,
        databaseUrl: ground.databaseUrl,
        redisUrl: redis?.url ?? null,
        apiUrl,
        isWorking: false,
      };
      const child = await startChild('./intake-server.ts', order);
      servers.set(mode, { child, port: portSchema.parse(child.first).port });
    }
    const arena: Arena = { ground, redis, load, servers };
    return toFigures(await fight(arena, { rounds: isQuick ? 3 : 5, seconds: isQuick ? 1.5 : 4, say }));
  } finally {
    for (const { child } of servers.values()) await child.stop();
    await load.stop();
    await api.stop();
    await redis?.stop();
    await ground.stop();
  }
}

type Fight = { rounds: number; seconds: number; say: (words: string) => void };

/** In turns, so that whatever else the machine does falls on everybody. The first round warms up and is thrown away. */
async function fight(arena: Arena, { rounds, seconds, say }: Fight): Promise<Map<Mode, Round[]>> {
  const results = new Map<Mode, Round[]>(modes.map((mode) => [mode, []]));
  const rates = new Map<Mode, number>();
  for (let round = 0; round <= rounds; round += 1) {
    // There and back again, so that nobody always follows the same neighbour.
    const turns = round % 2 === 0 ? [...arena.servers] : [...arena.servers].toReversed();
    for (const [mode, { child, port }] of turns) {
      const isWarmUp = round === 0;
      const duration = isWarmUp ? 1.5 : seconds;
      const prepared = Math.ceil((rates.get(mode) ?? 2000) * duration * 1.3);
      const result = await runRound(arena, child, { port, seconds: duration, prepared });
      rates.set(mode, result.perSecond);
      if (isWarmUp) continue;
      results.get(mode)?.push(result);
      const cpu = result.cpuUs === null ? 'not measured' : `${Math.round(result.cpuUs)} us`;
      say(`round ${round} ${mode}: ${Math.round(result.perSecond)}/s, p50 ${result.p50Ms.toFixed(2)} ms, cpu ${cpu}`);
    }
  }
  return results;
}

async function runRound(
  { ground, redis, load }: Arena,
  server: Child,
  input: Pick<LoadOrder, 'port' | 'seconds' | 'prepared'>,
): Promise<Round> {
  await ground.sql`truncate deliveries, outbox`;
  await redis?.flush();
  const roots = [server.pid, ground.databasePid, redis?.pid ?? null].filter((pid) => pid !== null);
  // Signing takes its time before the clock of the load starts; the server does nothing meanwhile.
  const before = await usedBy(roots);
  const result = await askForLoad(load, { ...input, connections, rate: null, withIds: false });
  const after = await usedBy(roots);
  if (result.refused > 0 || result.acknowledged === 0) throw new Error(`${result.refused} requests were refused`);
  const spent = before === null || after === null || ground.databasePid === null ? null : after - before;
  return {
    perSecond: result.acknowledged / result.seconds,
    p50Ms: result.p50Ms,
    cpuUs: spent === null ? null : spent / result.acknowledged,
  };
}

async function usedBy(roots: readonly number[]): Promise<number | null> {
  const times = await Promise.all(roots.map(processorTimeUs));
  return times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

const bench = 'intake';
const names: Readonly<Record<Mode, string>> = {
  ours: 'Countersign',
  express: '(a) Express, nothing stored',
  dual: '(b) dual write',
  guide: "(c) the guide's handler",
};

function toFigures(results: ReadonlyMap<Mode, readonly Round[]>): Figure[] {
  const of = (mode: Mode): readonly Round[] => results.get(mode) ?? [];
  const measured = modes.filter((mode) => of(mode).length > 0);
  const absolute = measured.flatMap((mode): Figure[] => [
    { bench, figure: names[mode], unit: 'req/s', value: median(of(mode).map((round) => round.perSecond)), goal: null },
    {
      bench,
      figure: `${names[mode]} p50`,
      unit: 'ms',
      value: median(of(mode).map((round) => round.p50Ms)),
      goal: null,
    },
    {
      bench,
      figure: `${names[mode]} CPU`,
      unit: 'us/req',
      value: medianOf(of(mode).map((round) => round.cpuUs)),
      goal: null,
    },
  ]);
  return [...absolute, ...toRatios(of)];
}

/** Medians of the ratios of each round: both sides of a ratio had the same minute of the machine. */
function toRatios(of: (mode: Mode) => readonly Round[]): Figure[] {
  const ratio = (mode: Mode, pick: (round: Round) => number | null): number | null =>
    medianOf(
      of('ours').map((round, index) => {
        const opponent = of(mode)[index];
        const [ours, theirs] = [pick(round), opponent === undefined ? null : pick(opponent)];
        return ours === null || theirs === null ? null : ours / theirs;
      }),
    );
  const speed = (mode: Mode): number | null => ratio(mode, (round) => round.perSecond);
  const cost = (mode: Mode): number | null => ratio(mode, (round) => round.cpuUs);
  const noRedis = of('dual').length === 0 ? { note: 'not comparable: no redis-server on the PATH' } : {};
  return [
    { bench, figure: 'speed against (b)', unit: 'x', value: speed('dual'), goal: { sign: '>=', value: 3 }, ...noRedis },
    {
      bench,
      figure: 'speed against (b), aim',
      unit: 'x',
      value: speed('dual'),
      goal: { sign: '>=', value: 4, isAim: true },
      ...noRedis,
    },
    { bench, figure: 'CPU against (b)', unit: 'x', value: cost('dual'), goal: { sign: '<=', value: 0.25 }, ...noRedis },
    { bench, figure: 'speed against (c)', unit: 'x', value: speed('guide'), goal: { sign: '>=', value: 15 } },
    {
      bench,
      figure: 'speed against (a)',
      unit: 'x',
      value: speed('express'),
      goal: { sign: '>=', value: 1.3, isAim: true },
    },
    {
      bench,
      figure: 'CPU against (a)',
      unit: 'x',
      value: cost('express'),
      goal: { sign: '<=', value: 0.6, isAim: true },
    },
  ];
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : median(known);
}
