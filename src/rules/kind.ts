// What a rule kind is: the settings that a condition of this kind may have, and how it judges the facts.
import type { z } from 'zod';
import type { Condition, Truth } from '../domain/rulebook.ts';
import type { SpendQuestion } from '../domain/spend.ts';
import type { Fact, Facts, IndexDimension } from './facts.ts';
import type { Names, Resolution, Settings } from './names.ts';

/**
 * Hears the value that was there and one sentence about it. Absent on the fast path: `say?.(…)` then does not even
 * make the words, so that what is explained and what is decided come from the same lines.
 */
export type Say = (seen: string, words: string) => void;

export type PreparedCondition = {
  readonly kind: string;
  /** The value that the rule asks for. */
  readonly wanted: string;
  readonly test: (facts: Facts, say?: Say) => Truth;
  /** For facts whose value in this dimension is known, the condition is true exactly when it is one of these. */
  readonly index?: { readonly on: IndexDimension; readonly values: readonly string[] };
  /** The sums that it asks for, whatever the facts are. */
  readonly asks?: readonly SpendQuestion[];
};

export type RuleKind = {
  readonly kind: string;
  /** Replaces the rulebook's own names (`$suppliers`, `5000 USDC`) by what they stand for, so that a rule stands alone. */
  readonly resolve: (settings: Settings, names: Names) => Resolution;
  /** The settings after `resolve`: plain JSON, as a rulebook keeps them. */
  readonly settings: z.ZodType;
  /** Throws on settings that never went through the parser. */
  readonly prepare: (condition: Condition) => PreparedCondition;
};

export function defineKind<T>(definition: {
  readonly kind: string;
  readonly settings: z.ZodType<T>;
  readonly resolve?: RuleKind['resolve'];
  readonly prepare: (settings: T) => Omit<PreparedCondition, 'kind'>;
}): RuleKind {
  const { kind, settings } = definition;
  return {
    kind,
    settings,
    resolve: definition.resolve ?? ((written) => ({ settings: written, faults: [] })),
    prepare: (condition) => {
      const { kind: _, ...rest } = condition;
      const reading = settings.safeParse(rest);
      if (!reading.success) throw new Error(`failed to read a condition of kind ${kind}`, { cause: reading.error });
      return { kind, ...definition.prepare(reading.data) };
    },
  };
}

/** Judges a fact when it is known; an unknown one is unknown, and its reason is the answer. */
export function judge<T>(fact: Fact<T>, say: Say | undefined, test: (value: T) => Truth): Truth {
  if (fact.kind === 'known') return test(fact.value);
  return unknownBecause(say, 'unknown', fact.reason);
}

export function unknownBecause(say: Say | undefined, seen: string, words: string): Truth {
  say?.(seen, words);
  return 'unknown';
}

export function truthOf(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}
