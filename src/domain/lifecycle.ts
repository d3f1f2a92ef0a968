// The states of an approval on our side, and which may follow which. Terminal states absorb.
import type { PlatformStatus } from './approval.ts';

export const states = [
  /** Heard of, not read yet. */
  'received',
  /** The connector can't read it: people decide on the platform. */
  'unreadable',
  /** Waits for people or for the platform. */
  'pending',
  /** A decision is written and waits out its pause. */
  'deciding',
  /** An attempt to send has started: the value is fixed, the outcome is not known yet. */
  'sending',
  /** Our vote stands on the platform, which still needs others. */
  'sent',
  /** The platform refused our vote: people decide on the platform. */
  'blocked',
  'approved',
  'denied',
  'expired',
  'failed',
  'cancelled',
] as const;

export type State = (typeof states)[number];

const terminal: ReadonlySet<State> = new Set<State>(['approved', 'denied', 'expired', 'failed', 'cancelled']);

const open: readonly State[] = ['received', 'unreadable', 'pending', 'deciding', 'sending', 'sent', 'blocked'];

const ends: readonly State[] = ['approved', 'denied', 'expired', 'failed', 'cancelled'];

const next: Readonly<Record<State, readonly State[]>> = {
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

export function isTerminal(state: State): boolean {
  return terminal.has(state);
}

export function isOpen(state: State): boolean {
  return open.includes(state);
}

export function mayFollow(from: State, to: State): boolean {
  return from === to || next[from].includes(to);
}

/** The terminal state that a platform status means, or null while it does not end anything. */
export function endOf(status: PlatformStatus): State | null {
  switch (status) {
    case 'approved':
    case 'denied':
    case 'expired':
    case 'failed':
    case 'cancelled':
      return status;
    case 'pending':
    case 'unknown':
      return null;
  }
}
