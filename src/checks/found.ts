// Builds what a check found, so that a check's file holds only its question and its answers.
import type { EpochMs } from '../domain/amount.ts';
import type { Finding, Outcome } from '../domain/finding.ts';
import type { Check, CheckInput } from './check.ts';

export type Answer = {
  readonly outcome: Outcome;
  readonly words: string;
  readonly evidence?: Finding['evidence'];
  /** When the data behind it was true; left out for what is read from the approval itself. */
  readonly dataAt?: EpochMs | null;
};

export function defineCheck(
  definition: Pick<Check, 'name' | 'title'> & {
    readonly needs?: Check['needs'];
    readonly answer: (input: CheckInput) => Answer;
  },
): Check {
  const { name, title, needs = [], answer } = definition;
  return {
    name,
    title,
    needs,
    run: (input) => {
      const { outcome, words, evidence = {}, dataAt = null } = answer(input);
      return { check: name, title, outcome, words, evidence, dataAt };
    },
  };
}

export function pass(words: string, evidence: Finding['evidence'] = {}): Answer {
  return { outcome: 'pass', words, evidence };
}

export function flag(words: string, evidence: Finding['evidence'] = {}): Answer {
  return { outcome: 'flag', words, evidence };
}

export function stop(words: string, evidence: Finding['evidence'] = {}): Answer {
  return { outcome: 'stop', words, evidence };
}

export function unavailable(words: string, evidence: Finding['evidence'] = {}): Answer {
  return { outcome: 'unavailable', words, evidence };
}
