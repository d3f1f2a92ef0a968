// What happens by the clock: the sweep, at start-up and then again and again.
import type { Context } from '../context.ts';
import { sweep } from '../flow/sweep.ts';
import { startLoop, type Loop } from './loop.ts';

export function startSweeping(ctx: Context): Loop {
  return startLoop(async () => {
    try {
      ctx.log.debug(await sweep(ctx), 'swept');
    } catch (error) {
      ctx.log.error({ err: error }, 'sweep failed');
    }
    return ctx.config.timing.sweepMs;
  });
}
