// What became of one piece of work, in words that the worker can act on.
import type { EpochMs } from '../domain/amount.ts';

export type TaskResult =
  | { readonly kind: 'done' }
  /** Not due yet, or to be looked at again: the same work, later. */
  | { readonly kind: 'later'; readonly at: EpochMs }
  /** Weather: tried again with growing pauses, or when the other side said so. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | null };
