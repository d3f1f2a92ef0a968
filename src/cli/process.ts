// The life of a process that stays: what stops it, how long that may take, and what it does about a fault of its own.
import type { EventEmitter } from 'node:events';
import type { Logger } from '../log.ts';

/** Orchestrators kill after 30 s; a hard end before that at least says so in the log. */
const graceMs = 19_000;

export type Stoppable = { stop(): Promise<void> };

export type Ending = { readonly why: 'signal' | 'fault'; readonly clean: boolean };

type Host = Pick<EventEmitter, 'on' | 'off'> & { exit(code: number): unknown };

/**
 * Resolves when everything has stopped after SIGTERM or SIGINT. A second signal ends the process at once.
 *
 * A rejection or exception that nobody handled is a fault that we do not understand: the process stops in good order
 * and ends with 1, so that its supervisor starts a fresh one. Going on would mean to decide about money in a state
 * that nobody has foreseen; stopping costs seconds, because everything that counts is in the database.
 */
export async function untilStopped(
  log: Logger,
  running: Stoppable,
  options: { host?: Host; graceMs?: number } = {},
): Promise<Ending> {
  const host = options.host ?? process;
  const handlers: (() => void)[] = [];
  const ending = await new Promise<Ending>((resolve) => {
    let stopping = false;
    const stop = (why: Ending['why']): void => {
      stopping = true;
      const deadline = setTimeout(() => {
        log.fatal('did not stop in time, ended hard');
        host.exit(1);
      }, options.graceMs ?? graceMs);
      const end = (clean: boolean): void => {
        clearTimeout(deadline);
        resolve({ why, clean });
      };
      running.stop().then(
        () => end(why === 'signal'),
        (error: unknown) => {
          log.fatal({ err: error }, 'did not stop cleanly');
          end(false);
        },
      );
    };
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping) {
        log.warn({ signal }, 'ended at once by a second signal');
        host.exit(signal === 'SIGINT' ? 130 : 143);
        return;
      }
      log.info({ signal }, 'stopping');
      stop('signal');
    };
    const onFault = (error: unknown): void => {
      log.fatal({ err: error }, 'fault that nobody handled');
      if (!stopping) stop('fault');
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      host.on(signal, onSignal);
      handlers.push(() => host.off(signal, onSignal));
    }
    for (const fault of ['unhandledRejection', 'uncaughtException'] as const) {
      host.on(fault, onFault);
      handlers.push(() => host.off(fault, onFault));
    }
  });
  for (const remove of handlers) remove();
  return ending;
}
