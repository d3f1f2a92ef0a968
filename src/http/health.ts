// /livez and /readyz: whether the process runs, and whether it should be given work, with the part that says no.
import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';

/** Resolves when the part works; its rejection says why it does not. */
export type Probe = () => Promise<unknown>;

/** By the name that an orchestrator's log shows: database, queue, slack, migrations, draining. */
export type Probes = Readonly<Record<string, Probe>>;

const probeDeadlineMs = 2000;

export function answerLive(): RequestHandler {
  return (_request, response) => {
    response.json({ status: 'ok' });
  };
}

export function answerReady(probes: Probes): RequestHandler {
  return async (_request, response) => {
    const parts = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await wordsOf(probe)] as const),
    );
    const failing = parts.flatMap(([name, words]) => (words === 'ok' ? [] : [name]));
    const status = failing.length === 0 ? 'ok' : 'failing';
    response.status(failing.length === 0 ? 200 : 503);
    response.json({ status, failing, parts: Object.fromEntries(parts) });
  };
}

/** The reason is named by its kind and never by its message: this route is open, and messages hold addresses. */
async function wordsOf(probe: Probe): Promise<'ok' | 'failed' | 'no answer'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'no answer'>((resolve) => {
    timer = setTimeout(resolve, probeDeadlineMs, 'no answer');
  });
  try {
    return await Promise.race([probe().then(() => 'ok' as const), late]);
  } catch {
    // That it failed is the answer; why stands in the log of the part itself.
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}

/** For a part that must not be asked at every look: the last answer, good or bad, is kept for `ms`. */
export function remembered(probe: Probe, options: Pick<Context, 'now'> & { ms: number }): Probe {
  let last: { at: number; answer: Promise<unknown> } | null = null;
  return async () => {
    if (last === null || options.now() - last.at >= options.ms) last = { at: options.now(), answer: probe() };
    return last.answer;
  };
}
