// An evaluation in words: which rule allowed it, or what each rule was missing.
import type { RulebookEvaluation, RuleExplanation } from './evaluate.ts';

/** One sentence for a card: the rule that allows it, or what the nearest live rule lacked. */
export function summaryOf(evaluation: RulebookEvaluation): string {
  const live = evaluation.explanation.filter(({ stage }) => stage === 'live');
  const allowing = live.find(({ id }) => id === evaluation.rule);
  if (allowing !== undefined) return `the rule "${allowing.title}" allows it`;
  const [nearest] = live.toSorted((a, b) => lacking(a).length - lacking(b).length);
  if (nearest === undefined) return 'no rule is live';
  const reasons = lacking(nearest).map(({ words }) => words);
  return `no rule allows it; nearest is "${nearest.title}": ${reasons.join('; ')}`;
}

/** Every rule and condition with the value wanted and the value seen, one line each, for Details and the terminal. */
export function explainEvaluation(evaluation: RulebookEvaluation): readonly string[] {
  return evaluation.explanation.flatMap((rule) => [
    `${markOf[rule.truth]} ${rule.id}${rule.stage === 'shadow' ? ' (shadow: never allows)' : ''}: ${rule.title}`,
    ...rule.conditions.map(
      ({ kind, truth, wanted, seen, words }) =>
        `  ${markOf[truth]} ${kind}: ${words} (wanted: ${wanted}; seen: ${seen})`,
    ),
  ]);
}

const markOf = { true: 'yes', false: 'no', unknown: 'unknown' } as const;

function lacking(rule: RuleExplanation) {
  return rule.conditions.filter(({ truth }) => truth !== 'true');
}
