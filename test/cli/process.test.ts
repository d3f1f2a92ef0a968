import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilStopped } from '../../src/cli/process.ts';
import { createLogger } from '../../src/log.ts';

function aHost() {
  const exits: number[] = [];
  const host = Object.assign(new EventEmitter(), {
    exit: (code: number) => exits.push(code),
  });
  return { host, exits };
}

const log = createLogger('silent');

describe('a process that stays', () => {
  it('stops in good order at the first signal and leaves no listener behind', async () => {
    const { host, exits } = aHost();
    let stops = 0;
    const ending = untilStopped(log, { stop: async () => void (stops += 1) }, { host });

    host.emit('SIGTERM', 'SIGTERM');

    expect(await ending).toEqual({ why: 'signal', clean: true });
    expect([stops, exits]).toEqual([1, []]);
    expect(host.eventNames()).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends at once at a second signal: %s', async (signal, code) => {
    const { host, exits } = aHost();
    const { promise, finish } = later();
    const ending = untilStopped(log, { stop: () => promise }, { host });

    host.emit('SIGTERM', 'SIGTERM');
    host.emit(signal, signal);

    expect(exits).toEqual([code]);
    finish();
    await ending;
  });

  it('ends hard when stopping takes too long', async () => {
    const { host, exits } = aHost();
    const { promise, finish } = later();
    const ending = untilStopped(log, { stop: () => promise }, { host, graceMs: 5 });

    host.emit('SIGTERM', 'SIGTERM');
    await expect.poll(() => exits).toEqual([1]);

    finish();
    await ending;
  });

  it.each(['unhandledRejection', 'uncaughtException'])('stops, and is not clean, after an %s', async (event) => {
    const { host, exits } = aHost();
    const ending = untilStopped(log, { stop: async () => undefined }, { host });

    host.emit(event, new Error('nobody thought of this'));

    expect(await ending).toEqual({ why: 'fault', clean: false });
    expect(exits).toEqual([]);
  });

  it('is not clean when a part does not stop', async () => {
    const { host } = aHost();
    const ending = untilStopped(log, { stop: () => Promise.reject(new Error('stuck')) }, { host });

    host.emit('SIGTERM', 'SIGTERM');

    expect(await ending).toEqual({ why: 'signal', clean: false });
  });
});

function later(): { promise: Promise<void>; finish: () => void } {
  const parts: { finish?: () => void } = {};
  const promise = new Promise<void>((done) => (parts.finish = done));
  return { promise, finish: () => parts.finish?.() };
}
