// What checks may ask of the world outside: lists in memory and the operator's own screening service. Only the types.
import type { AddressKey } from '../chains/address-keys.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';

/** A list as it is in memory right now. */
export type ListReading = {
  /** Null while none was ever taken. */
  readonly list: { readonly size: number; has(key: AddressKey): boolean } | null;
  /** When its content was true. */
  readonly dataAt: EpochMs | null;
  /** SHA-256 of what was read. */
  readonly sha256: string | null;
  /** Why the newest version of it was not taken; null when the newest is in force. */
  readonly refused: string | null;
};

/** Never throws and never waits. */
export type ReadList = () => ListReading;

export type ScreeningAnswer =
  | { readonly kind: 'answered'; readonly outcome: 'pass' | 'flag' | 'stop'; readonly words: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Must answer within the deadline that it was made with. */
export type Screen = (question: { connection: string; approval: Approval; now: EpochMs }) => Promise<ScreeningAnswer>;

/** Null where the operator did not ask for it: then the check is not there. */
export type World = {
  readonly sanctions: { readonly read: ReadList; readonly maxAgeMs: number } | null;
  readonly denylist: ReadList | null;
  readonly allowlist: ReadList | null;
  readonly screening: { readonly ask: Screen; readonly deadlineMs: number } | null;
  readonly firstPayment: boolean;
  readonly networkHistory: boolean;
  /** Null: equal payments are not looked for. */
  readonly duplicatesWithinMs: number | null;
};
