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

type Head = Pick<Check, 'name' | 'title'> & { readonly needs?: Check['needs']; readonly deadlineMs?: number };

export function defineCheck(definition: Head & { readonly answer: (input: CheckInput) => Answer }): Check {
  return {
    ...headOf(definition),
    run: (input) => findingOf(definition, definition.answer(input)),
  };
}

/** For a check that must wait for somebody else's answer. */
export function defineSlowCheck(definition: Head & { readonly answer: (input: CheckInput) => Promise<Answer> }): Check {
  return {
    ...headOf(definition),
    run: async (input) => findingOf(definition, await definition.answer(input)),
  };
}

function headOf({ name, title, needs = {}, deadlineMs }: Head): Omit<Check, 'run'> {
  return { name, title, needs, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
}

function findingOf({ name, title }: Head, { outcome, words, evidence = {}, dataAt = null }: Answer): Finding {
  return { check: name, title, outcome, words, evidence, dataAt };
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
