// A step that repeats: pauses as long as the step says, wakes when called, ends when closed.
export type Loop = {
  /** The next step starts at once, also when it is called while a step runs. */
  wake(): void;
  /** Waits for the step that runs. */
  close(): Promise<void>;
};

/** `step` returns its pause in milliseconds and must not throw. */
export function startLoop(step: () => Promise<number>): Loop {
  const state = { closing: false, called: false, endPause: noPause };
  const done = run(step, state);
  return {
    wake: () => {
      state.called = true;
      state.endPause();
    },
    close: async () => {
      state.closing = true;
      state.endPause();
      await done;
    },
  };
}

type LoopState = { closing: boolean; called: boolean; endPause: () => void };

async function run(step: () => Promise<number>, state: LoopState): Promise<void> {
  while (!state.closing) {
    state.called = false;
    const pauseMs = await step();
    if (!state.called && !state.closing && pauseMs > 0) await pause(pauseMs, state);
  }
}

async function pause(ms: number, state: LoopState): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    state.endPause = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  state.endPause = noPause;
}

function noPause(): void {}
