// What one check found, in words that a card can show.
import type { EpochMs } from './amount.ts';

/**
 * `pass`: proven harmless. `flag`: a person must look. `stop`: also forbids the service account's vote on any basis.
 * `unavailable`: the check could not know. Only `pass` lets automation approve.
 */
export type Outcome = 'pass' | 'flag' | 'stop' | 'unavailable';

export type Finding = {
  readonly check: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly words: string;
  readonly evidence: Readonly<Record<string, string>>;
  /** When the data behind it was true; null for what is read from the approval itself. */
  readonly dataAt: EpochMs | null;
};

const severity: Readonly<Record<Outcome, number>> = { stop: 0, flag: 1, unavailable: 2, pass: 3 };

/** Worst first: what a person must look at stands before what passed. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => severity[a.outcome] - severity[b.outcome]);
}

export function stopsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.outcome === 'stop');
}
