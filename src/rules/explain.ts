// An answer in words: which rules were asked, what each wanted and what was there. Apart from the path that decides.
import type { Effect, Rule, Truth } from '../domain/rulebook.ts';
import type { CompiledRulebook, CompiledSet } from './compile.ts';
import { evaluateRulebook, isInForce, setsFor, wouldAllow, type RulebookAnswer } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { allOfTrees, type CompiledRule, type PreparedTree } from './prepared.ts';
import { candidatesFor } from './rule-index.ts';

export type ConditionExplanation = {
  /** `when` decides whether the rule applies, `must` what has to hold then. */
  readonly part: 'when' | 'must';
  /** 0 for a condition of the rule itself, 1 inside an `any`, and so on. */
  readonly depth: number;
  /** `any`, `all` and `not` stand in the list as lines of their own, before what they hold. */
  readonly kind: string;
  readonly truth: Truth;
  readonly wanted: string;
  readonly seen: string;
  readonly words: string;
};

export type RuleExplanation = Pick<Rule, 'id' | 'title' | 'stage' | 'enforcement' | 'source'> & {
  readonly set: string;
  readonly effects: string;
  /** Whether it counts: strict, live (or a canary that drew this approval), not fallen back to shadow. */
  readonly inForce: boolean;
  readonly applies: Truth;
  readonly must: Truth;
  /** By itself it would have allowed it. */
  readonly wouldAllow: boolean;
  readonly conditions: readonly ConditionExplanation[];
};

export type Explanation = { readonly answer: RulebookAnswer; readonly rules: readonly RuleExplanation[] };

/** Every rule that the index reaches for these facts, shadow and advisory ones included. */
export function explainRulebook(compiled: CompiledRulebook, facts: Facts): Explanation {
  const rules = setsFor(compiled, facts).flatMap((set) => explainSet(set, facts));
  return { answer: evaluateRulebook(compiled, facts), rules };
}

/** One sentence for a card: the rule that allows it, what objects, or what the nearest rule lacked. */
export function summaryOf({ answer, rules }: Explanation): string {
  const inForce = rules.filter((rule) => rule.inForce);
  const titleOf = (id: string) => rules.find((rule) => rule.id === id)?.title ?? id;
  if (answer.kind === 'allow') return `the rule "${titleOf(answer.rule)}" allows it`;
  if (answer.because === 'objection') {
    const objecting = rules.filter((rule) => answer.rules.includes(rule.id));
    const words = objecting.map((rule) => `"${rule.title}" objects${reasonOf(rule)}`);
    return words.length === 0 ? 'a rule objects' : words.join('; ');
  }
  const unsure = inForce.filter((rule) => answer.rules.includes(rule.id));
  const [nearest] = (unsure.length > 0 ? unsure : inForce).toSorted((a, b) => lacking(a).length - lacking(b).length);
  if (nearest === undefined) return rules.length === 0 ? 'no rule is about it' : 'no live rule is about it';
  // Two conditions may lack the same thing, which is said once.
  const reasons = [...new Set(lacking(nearest).map(({ words }) => words))];
  const lead = answer.because === 'unknown' ? 'it cannot be settled' : 'no rule allows it';
  return `${lead}; nearest is "${nearest.title}": ${reasons.join('; ')}`;
}

/** Every rule and condition with the value wanted and the value seen, one line each, for Details and the terminal. */
export function explanationLines(explanation: Explanation): readonly string[] {
  return explanation.rules.flatMap((rule) => [
    `${markOf[rule.applies]} ${rule.id}${standingOf(rule)}: ${rule.title} (${rule.effects})`,
    ...rule.conditions.map(({ part, depth, kind, truth, wanted, seen, words }) => {
      const lead = `${'  '.repeat(depth + 1)}${markOf[truth]} ${part === 'must' ? 'must ' : ''}${kind}`;
      return wanted === '' && seen === '' ? `${lead}:` : `${lead}: ${words} (wanted: ${wanted}; seen: ${seen})`;
    }),
  ]);
}

const markOf = { true: 'yes', false: 'no', unknown: 'unknown' } as const;

function explainSet(set: CompiledSet, facts: Facts): readonly RuleExplanation[] {
  const rules = [...candidatesFor(set.index, facts), ...candidatesFor(set.watching, facts)];
  return rules
    .toSorted((a, b) => a.rule.position - b.rule.position)
    .map(({ rule }) => explainRule(set.set.name, rule, facts));
}

function explainRule(set: string, compiled: CompiledRule, facts: Facts): RuleExplanation {
  const { rule } = compiled;
  return {
    id: rule.id,
    title: rule.title,
    stage: rule.stage,
    enforcement: rule.enforcement,
    source: rule.source,
    set,
    effects: rule.effects.map(effectText).join(', '),
    inForce: isInForce(rule, facts),
    applies: allOfTrees(compiled.when)(facts),
    must: compiled.holds?.(facts) ?? 'true',
    wouldAllow: wouldAllow(compiled, facts),
    conditions: [
      ...compiled.when.flatMap((tree) => explainTree(tree, facts, 'when', 0)),
      ...compiled.must.flatMap((tree) => explainTree(tree, facts, 'must', 0)),
    ],
  };
}

function explainTree(
  tree: PreparedTree,
  facts: Facts,
  part: 'when' | 'must',
  depth: number,
): readonly ConditionExplanation[] {
  if (tree.logic === 'one') {
    const { kind, wanted, test } = tree.condition;
    let heard = { seen: '', words: '' };
    const truth = test(facts, (seen, words) => {
      heard = { seen, words };
    });
    return [{ part, depth, kind, truth, wanted, ...heard }];
  }
  const truth = tree.test(facts);
  const inner = tree.logic === 'not' ? [tree.of] : tree.of;
  return [
    { part, depth, kind: tree.logic, truth, wanted: '', seen: '', words: groupWords[tree.logic] },
    ...inner.flatMap((child) => explainTree(child, facts, part, depth + 1)),
  ];
}

const groupWords = {
  all: 'not everything in it holds',
  any: 'nothing in it holds',
  not: 'what it excludes is the case',
} as const;

export function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'allow':
      return 'allows';
    case 'abstain':
      return effect.why === null ? 'leaves it to people' : `leaves it to people: ${effect.why}`;
    case 'people':
      return `asks ${effect.groups.length === 0 ? 'people' : effect.groups.join(', ')}${effect.quorum === null ? '' : ` (${effect.quorum})`}`;
    case 'notify':
      return `tells ${effect.target}`;
  }
}

function standingOf({ stage, enforcement, inForce }: RuleExplanation): string {
  const stageWords = stage.kind === 'canary' ? [`canary ${stage.percent}%`] : stage.kind === 'shadow' ? ['shadow'] : [];
  const words = [
    ...stageWords,
    ...(enforcement === 'strict' ? [] : [enforcement]),
    ...(inForce ? [] : ['does not count']),
  ];
  return words.length === 0 ? '' : ` [${words.join(', ')}]`;
}

function reasonOf(rule: RuleExplanation): string {
  const failing = rule.conditions.filter(({ part, truth }) => part === 'must' && truth !== 'true');
  const words = failing.length > 0 ? failing.map((condition) => condition.words).join('; ') : rule.effects;
  return `: ${words}`;
}

/** Conditions of the rule itself that do not hold, whatever is nested in them. */
function lacking(rule: RuleExplanation): readonly ConditionExplanation[] {
  return rule.conditions.filter(({ truth, depth }) => depth === 0 && truth !== 'true');
}
