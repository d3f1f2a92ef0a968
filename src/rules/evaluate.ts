// Facts and a rulebook in; the first live rule that holds, and every condition's answer, out.
import { allOf, anyOf, type Rule, type Rulebook, type Truth } from '../domain/rulebook.ts';
import { compileRulebook } from './compile.ts';
import type { Facts } from './facts.ts';

export type ConditionExplanation = {
  readonly kind: string;
  readonly truth: Truth;
  readonly wanted: string;
  readonly seen: string;
  readonly words: string;
};

export type RuleExplanation = Pick<Rule, 'id' | 'title' | 'stage'> & {
  readonly truth: Truth;
  readonly conditions: readonly ConditionExplanation[];
};

export type RulebookEvaluation = {
  /** The first live rule that holds; null abstains. */
  readonly rule: string | null;
  /** Over the live rules: one true makes it true, otherwise one unknown makes it unknown. */
  readonly truth: Truth;
  readonly explanation: readonly RuleExplanation[];
};

/** Every rule and every condition is judged, so that the explanation is whole; a shadow rule is judged and never allows. */
export function evaluateRulebook(rulebook: Rulebook, facts: Facts): RulebookEvaluation {
  const explanation = compileRulebook(rulebook).map(({ rule, conditions }): RuleExplanation => {
    const answers = conditions.map(({ kind, wanted, test }) => ({ kind, wanted, ...test(facts) }));
    const truths = answers.map(({ truth }) => truth);
    // "All of nothing" is true, and a rule without conditions must not allow everything.
    const truth = truths.length === 0 ? 'unknown' : allOf(truths);
    return { id: rule.id, title: rule.title, stage: rule.stage, truth, conditions: answers };
  });
  const live = explanation.filter(({ stage }) => stage === 'live');
  return {
    rule: live.find(({ truth }) => truth === 'true')?.id ?? null,
    truth: anyOf(live.map(({ truth }) => truth)),
    explanation,
  };
}
