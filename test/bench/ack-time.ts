// Ack time: it must not matter to the sender of a webhook whether the platform's API answers, hangs or is gone.
import { startChild } from './children.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import { startGround } from './ground.ts';
import { askForLoad, portSchema, type ApiOrder, type ServerOrder } from './orders.ts';

const states = ['up', 'hangs', 'down'] as const satisfies readonly ApiOrder['state'][];

/** Far below what the server can take: this is about time, not about throughput. */
const perSecond = 100;

/** Short, so that all states of a round have the same moment of the machine, and there are many rounds to compare. */
const sliceSeconds = 1;

export async function benchAckTime({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const ground = await startGround();
  const api = await startChild('./fake-api.ts', { state: 'up', delayMs: 50 });
  const order: ServerOrder = {
    mode: 'ours',
    databaseUrl: ground.databaseUrl,
    redisUrl: null,
    apiUrl: `http://127.0.0.1:${portSchema.parse(api.first).port}`,
    isWorking: true,
  };
  const server = await startChild('./intake-server.ts', order);
  const load = await startChild('./load.ts', null);
  try {
    const { port } = portSchema.parse(server.first);
    const times: Record<ApiOrder['state'], number[]> = { up: [], hangs: [], down: [] };
    const rounds = isQuick ? 6 : 24;
    // One more round than is counted: the first one warms up.
    for (let round = 0; round <= rounds; round += 1) {
      // There and back again, so that no state always follows the same neighbour.
      for (const state of round % 2 === 0 ? states : states.toReversed()) {
        await api.ask({ state, delayMs: 50 });
        await ground.sql`truncate deliveries, outbox`;
        const prepared = perSecond * sliceSeconds;
        const input = { port, connections: 8, seconds: sliceSeconds, prepared, rate: perSecond, withIds: false };
        const { p50Ms } = await askForLoad(load, input);
        if (round > 0) times[state].push(p50Ms);
      }
      if (round > 0 && round % 6 === 0) {
        const words = states.map((state) => `${state} ${median(times[state]).toFixed(2)} ms`);
        say(`ack time, after ${round} rounds: ${words.join(', ')}`);
      }
    }
    return toFigures(times);
  } finally {
    await load.stop();
    await server.stop();
    await api.stop();
    await ground.stop();
  }
}

function toFigures(times: Record<ApiOrder['state'], readonly number[]>): Figure[] {
  const bench = 'ack-time';
  const against = (state: ApiOrder['state']): number =>
    median(times[state].map((time, round) => time / (times.up[round] ?? NaN)));
  return [
    { bench, figure: 'platform up, p50', unit: 'ms', value: median(times.up), goal: null },
    {
      bench,
      figure: 'platform hangs against up',
      unit: 'x',
      value: against('hangs'),
      // Down is the promise. A platform that hangs also keeps our workers waiting, which wakes the machine less often.
      goal: { sign: '<=', value: 1.2, isAim: true },
    },
    { bench, figure: 'platform down against up', unit: 'x', value: against('down'), goal: { sign: '<=', value: 1.2 } },
  ];
}
