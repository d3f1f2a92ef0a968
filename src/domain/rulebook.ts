// Our own document: when automation may approve. Only the type; parsing and evaluating live in `rules/`.
export type RuleStage = 'live' | 'shadow';

/** One condition of a rule: its kind picks the evaluator in `rules/kinds`. */
export type Condition = { readonly kind: string; readonly [setting: string]: unknown };

export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly stage: RuleStage;
  /** Every one must be true; unknown is not true. */
  readonly when: readonly Condition[];
};

export type Rulebook = {
  readonly version: 1;
  readonly rules: readonly Rule[];
  /** SHA-256 of the text that it was parsed from. */
  readonly hash: string;
};

export type Truth = 'true' | 'false' | 'unknown';

/** Strong Kleene logic: one false makes the whole false, otherwise one unknown makes it unknown. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes('false')) return 'false';
  return truths.includes('unknown') ? 'unknown' : 'true';
}

export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes('true')) return 'true';
  return truths.includes('unknown') ? 'unknown' : 'false';
}
