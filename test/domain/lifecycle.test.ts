import { describe, expect, test } from 'vitest';
import { endOf, isOpen, isTerminal, mayFollow, states, type State } from '../../src/domain/lifecycle.ts';
import type { PlatformStatus } from '../../src/domain/approval.ts';

const ends: readonly State[] = ['approved', 'denied', 'expired', 'failed', 'cancelled'];

/** Every state that may follow besides itself, as the specification reads. */
const table: Readonly<Record<State, readonly State[]>> = {
  received: ['unreadable', 'pending', ...ends],
  unreadable: ['pending', ...ends],
  pending: ['unreadable', 'deciding', 'sent', ...ends],
  deciding: ['unreadable', 'pending', 'sending', 'sent', ...ends],
  sending: ['sent', 'blocked', ...ends],
  sent: [...ends],
  blocked: ['sending', 'sent', ...ends],
  approved: [],
  denied: [],
  expired: [],
  failed: [],
  cancelled: [],
};

describe('which state may follow which', () => {
  test.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('%s → %s', (from, to) => {
    expect(mayFollow(from, to)).toBe(from === to || table[from].includes(to));
  });

  test.each(ends)('%s absorbs: nothing else may follow', (end) => {
    expect(states.filter((state) => mayFollow(end, state))).toEqual([end]);
  });

  test.each(states.filter(isOpen))('from %s every end can be reached', (state) => {
    expect(ends.every((end) => mayFollow(state, end))).toBe(true);
  });

  test('once an attempt has started, nobody votes again: no way leads back to pending or deciding', () => {
    const reached = new Set<State>(['sending']);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const from of reached) for (const to of states) if (mayFollow(from, to)) reached.add(to);
    }

    expect([...reached].filter((state) => state === 'pending' || state === 'deciding')).toEqual([]);
  });
});

describe('every state', () => {
  test.each(states)('%s is either open or an end', (state) => {
    expect(isOpen(state)).toBe(!isTerminal(state));
    expect(isTerminal(state)).toBe(ends.includes(state));
  });
});

describe('what a status of the platform ends', () => {
  test.each<readonly [PlatformStatus, State | null]>([
    ['approved', 'approved'],
    ['denied', 'denied'],
    ['expired', 'expired'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['pending', null],
    ['unknown', null],
  ])('%s → %s', (status, end) => {
    expect(endOf(status)).toBe(end);
  });
});
