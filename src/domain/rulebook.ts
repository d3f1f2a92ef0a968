// Our own document: when automation may approve. Only the types; parsing and evaluating live in `rules/`.
import type { EpochMs } from './amount.ts';
import type { Approval } from './approval.ts';
import type { SpendAnswer } from './spend.ts';

/** `shadow` is judged and shown and never counts; `canary` counts for a share of all approvals, in hundredths. */
export type RuleStage =
  | { readonly kind: 'live' }
  | { readonly kind: 'shadow' }
  | { readonly kind: 'canary'; readonly percent: number };

/** `advisory` is shown and not acted on, `log-only` stands in the trace alone. Neither hides a strict rule. */
export const enforcements = ['strict', 'advisory', 'log-only'] as const;
export type Enforcement = (typeof enforcements)[number];

/** How the rules of one set become one answer; `rules/README.md` has the table. */
export const matchModes = ['first-match', 'deny-overrides', 'all-must-pass', 'any-passes', 'all-trigger'] as const;
export type MatchMode = (typeof matchModes)[number];

/** One condition of a rule: its kind picks the evaluator in `rules/kinds`. */
export type Condition = { readonly kind: string; readonly [setting: string]: unknown };

export type ConditionTree =
  | { readonly logic: 'one'; readonly condition: Condition }
  | { readonly logic: 'all' | 'any'; readonly of: readonly ConditionTree[] }
  | { readonly logic: 'not'; readonly of: ConditionTree };

/** What a rule does when it applies. There is no effect that denies: a source's block or deny becomes `abstain`. */
export type Effect =
  | { readonly kind: 'allow' }
  | { readonly kind: 'abstain'; readonly why: string | null }
  | { readonly kind: 'people'; readonly groups: readonly string[]; readonly quorum: number | null }
  | { readonly kind: 'notify'; readonly target: string };

/** Where an imported rule comes from. */
export type Provenance = { readonly platform: string; readonly id: string; readonly version: string | null };

export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly stage: RuleStage;
  readonly enforcement: Enforcement;
  /** Position in a set that is ordered by priority; null where the document's own order counts. */
  readonly priority: number | null;
  /** When it applies: every one must be true; unknown is not true. */
  readonly when: readonly ConditionTree[];
  /** What must hold once it applies; where one of them does not, the rule objects whatever its effects are. */
  readonly must: readonly ConditionTree[];
  readonly effects: readonly Effect[];
  readonly source: Provenance | null;
};

export type RuleSet = {
  readonly name: string;
  /** Names of the connections that it is about; null means all of them. */
  readonly connections: readonly string[] | null;
  readonly match: MatchMode;
  /** In the order in which they are asked: by priority where the document says so, as written otherwise. */
  readonly rules: readonly Rule[];
  /** When none of its rules applies: `abstain` keeps other sets from approving, `pass-on` leaves it to them. */
  readonly otherwise: 'abstain' | 'pass-on';
};

export type Rulebook = {
  readonly version: 1;
  readonly sets: readonly RuleSet[];
  /** SHA-256 of the text that it was parsed from. */
  readonly hash: string;
};

/** Everything that a rulebook is asked about, as plain data: kept with each evaluation, so that it can be replayed. */
export type Observation = {
  readonly connection: string;
  readonly approval: Pick<Approval, 'platform' | 'id' | 'initiator' | 'activity' | 'createdAt'>;
  readonly at: EpochMs;
  /** By `questionKey`; a sum that could not be read is missing, and unknown. */
  readonly spent: Readonly<Record<string, SpendAnswer>>;
  /** Ids of rules that fell back to shadow after somebody rejected what they would have approved. */
  readonly demoted: readonly string[];
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

export function notOf(truth: Truth): Truth {
  if (truth === 'unknown') return 'unknown';
  return truth === 'true' ? 'false' : 'true';
}

export function rulesOf(rulebook: Rulebook): readonly Rule[] {
  return rulebook.sets.flatMap((set) => set.rules);
}

/** Every condition of these trees, whatever it is nested in. */
export function conditionsOf(trees: readonly ConditionTree[]): readonly Condition[] {
  return trees.flatMap((tree): readonly Condition[] => {
    if (tree.logic === 'one') return [tree.condition];
    return conditionsOf(tree.logic === 'not' ? [tree.of] : tree.of);
  });
}
