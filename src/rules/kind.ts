// What a rule kind is: the settings that a condition of this kind may have, and how it judges the facts.
import type { z } from 'zod';
import type { Condition, Truth } from '../domain/rulebook.ts';
import type { Fact, Facts } from './facts.ts';
import type { Names, Resolution, Settings } from './names.ts';

export type Answer = {
  readonly truth: Truth;
  /** The value that was there. */
  readonly seen: string;
  /** One sentence about it, with the reason when it is unknown. */
  readonly words: string;
};

export type PreparedCondition = {
  readonly kind: string;
  /** The value that the rule asks for. */
  readonly wanted: string;
  readonly test: (facts: Facts) => Answer;
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
export function judge<T>(fact: Fact<T>, test: (value: T) => Answer): Answer {
  if (fact.kind === 'known') return test(fact.value);
  return { truth: 'unknown', seen: 'unknown', words: fact.reason };
}

export function answer(truth: boolean, seen: string, words: string): Answer {
  return { truth: truth ? 'true' : 'false', seen, words };
}
