// Does something again and again until it is told to stop; what it does never overlaps with itself.
import { setTimeout } from 'node:timers/promises';

export type Repeating = { stop(): Promise<void> };

/** `act` must turn its own failures into values. The timer keeps no process alive. */
export function repeat(everyMs: number, act: () => Promise<void>): Repeating {
  const stopping = new AbortController();
  const running = loop(everyMs, act, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function loop(everyMs: number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    const isOver = await setTimeout(everyMs, false, { signal, ref: false }).catch(() => true);
    if (isOver || signal.aborted) return;
    await act();
  }
}
