// Ack time: it must not matter to the sender of a webhook whether the platform's API answers, hangs or is gone.
import { startChild } from './children.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import { startGround } from './ground.ts';
import { askForLoad, portSchema, type ApiOrder, type ServerOrder } from './orders.ts';

const states = ['up', 'hangs', 'down'] as const satisfies readonly ApiOrder['state'][];

/** Far below what the server can take: this is about time, not about throughput. */
const perSecond = 100;

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
    const seconds = isQuick ? 2 : 5;
    const times: Record<ApiOrder['state'], number[]> = { up: [], hangs: [], down: [] };
    // One more round than is counted: the first one warms up.
    for (let round = 0; round <= (isQuick ? 3 : 5); round += 1) {
      for (const state of states) {
        await api.ask({ state, delayMs: 50 });
        await ground.sql`truncate deliveries, outbox`;
        const input = { port, connections: 8, seconds, prepared: perSecond * seconds, rate: perSecond, withIds: false };
        const { p50Ms } = await askForLoad(load, input);
        if (round > 0) times[state].push(p50Ms);
      }
      say(
        `ack time, round ${round}: ${states.map((state) => `${state} ${times[state].at(-1)?.toFixed(2) ?? '-'} ms`).join(', ')}`,
      );
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
      goal: { sign: '<=', value: 1.2 },
    },
    { bench, figure: 'platform down against up', unit: 'x', value: against('down'), goal: { sign: '<=', value: 1.2 } },
  ];
}
