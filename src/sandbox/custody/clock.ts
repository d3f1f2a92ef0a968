// The platform's own clock: it runs with the wall clock until a test moves it forward, and what falls due then happens at once.

export type EpochMs = number;

export interface Clock {
  now(): EpochMs;
  wall(): EpochMs;
  /** Runs once when the clock reaches the instant; the returned function takes it back. */
  at(dueAt: EpochMs, run: () => void | Promise<void>): () => void;
  /** Moves forward through every due moment in order; `settle` lets work started by one moment end before the next. */
  advance(byMs: number, settle: () => Promise<void>): Promise<void>;
  stop(): void;
}

interface Timer {
  dueAt: EpochMs;
  order: number;
  run: () => void | Promise<void>;
}

// setTimeout takes no more than 2^31-1; a later moment is armed again when that has passed.
const longestSleepMs = 2_000_000_000;

export function createClock(wall: () => EpochMs): Clock {
  let offsetMs = 0;
  let timers: Timer[] = [];
  let order = 0;
  let sleeping: NodeJS.Timeout | undefined;
  let stopped = false;

  const now = (): EpochMs => wall() + offsetMs;
  const next = (): Timer | undefined => timers[0];
  const take = (timer: Timer): void => {
    timers = timers.filter((each) => each !== timer);
  };

  function arm(): void {
    clearTimeout(sleeping);
    const timer = next();
    if (stopped || timer === undefined) return;
    sleeping = setTimeout(wake, Math.min(Math.max(timer.dueAt - now(), 0), longestSleepMs));
  }

  function wake(): void {
    for (let timer = next(); timer !== undefined && timer.dueAt <= now(); timer = next()) {
      take(timer);
      void timer.run();
    }
    arm();
  }

  return {
    now,
    wall,
    at(dueAt, run) {
      const timer: Timer = { dueAt, order: order++, run };
      timers.push(timer);
      timers.sort((a, b) => a.dueAt - b.dueAt || a.order - b.order);
      arm();
      return () => {
        take(timer);
        arm();
      };
    },
    async advance(byMs, settle) {
      await settle();
      const target = now() + byMs;
      for (let timer = next(); timer !== undefined && timer.dueAt <= target; timer = next()) {
        take(timer);
        offsetMs += Math.max(timer.dueAt - now(), 0);
        // One moment after the other: a retry that fails here decides whether a later one exists.
        await timer.run();
        await settle();
      }
      offsetMs += Math.max(target - now(), 0);
      arm();
    },
    stop() {
      stopped = true;
      timers = [];
      clearTimeout(sleeping);
    },
  };
}
