// One rule made ready: its conditions' settings read, where an index may file it, and which sums it asks for.
import { notOf, type Condition, type ConditionTree, type Effect, type Rule, type Truth } from '../domain/rulebook.ts';
import { questionKey, type SpendQuestion } from '../domain/spend.ts';
import type { Facts, IndexDimension } from './facts.ts';
import type { PreparedCondition } from './kind.ts';
import { ruleKinds } from './kinds/index.ts';

/** What decides asks a tree's `test`, what explains walks what is in it. */
export type PreparedTree = { readonly test: Test } & (
  | { readonly logic: 'one'; readonly condition: PreparedCondition }
  | { readonly logic: 'all' | 'any'; readonly of: readonly PreparedTree[] }
  | { readonly logic: 'not'; readonly of: PreparedTree }
);

export type Test = (facts: Facts) => Truth;

export type CompiledRule = {
  readonly rule: Rule;
  /** Its place in the set. */
  readonly position: number;
  readonly when: readonly PreparedTree[];
  readonly must: readonly PreparedTree[];
  /** Null where nothing has to. */
  readonly holds: Test | null;
  /** Per dimension the values for which it can apply at all; absent means any. */
  readonly keys: Readonly<Partial<Record<IndexDimension, readonly string[]>>>;
  readonly asks: readonly SpendQuestion[];
  /** What it does once it applies and what must hold does. */
  readonly effect: number;
  /** Strict and live: it counts unless it fell back. */
  readonly isPlain: boolean;
  /** It asks for people or tells somebody. */
  readonly speaks: boolean;
};

/** What a rule may still turn out to do, as bits of a set; one bit alone is certain. */
export const outcome = {
  /** It does not apply. */
  silent: 1,
  allows: 2,
  objects: 4,
  /** It applies, and what must hold then does not. */
  fails: 8,
  /** It applies and says nothing that decides. */
  neutral: 16,
} as const;

export function compileRule(rule: Rule, position: number): CompiledRule {
  // "All of nothing" is true, and a rule without conditions must not allow everything.
  if (rule.when.length === 0) throw new Error(`failed to prepare the rule ${rule.id}: it has no conditions`);
  const when = rule.when.map(prepareTree);
  const must = rule.must.map(prepareTree);
  const asks = new Map([...when, ...must].flatMap(asksOf).map((question) => [questionKey(question), question]));
  return {
    rule,
    position,
    when,
    must,
    holds: must.length === 0 ? null : allOfTrees(must),
    keys: keysOf(when),
    asks: [...asks.values()],
    isPlain: rule.enforcement === 'strict' && rule.stage.kind === 'live',
    ...doneBy(rule.effects),
  };
}

/** All of them as one function: it stops at the first answer that settles it. All of nothing is true. */
export function allOfTrees(trees: readonly PreparedTree[]): Test {
  const [only] = trees;
  return trees.length === 1 && only !== undefined ? only.test : testOfSeveral(trees, 'all');
}

function testOfSeveral(trees: readonly PreparedTree[], logic: 'all' | 'any'): Test {
  const tests = trees.map(({ test }) => test);
  const settling: Truth = logic === 'all' ? 'false' : 'true';
  const otherwise: Truth = logic === 'all' ? 'true' : 'false';
  return (facts) => {
    let result: Truth = otherwise;
    for (const test of tests) {
      const truth = test(facts);
      if (truth === settling) return settling;
      if (truth === 'unknown') result = 'unknown';
    }
    return result;
  };
}

function prepareTree(tree: ConditionTree): PreparedTree {
  if (tree.logic === 'one') {
    const condition = prepare(tree.condition);
    return { logic: 'one', condition, test: condition.test };
  }
  if (tree.logic === 'not') {
    const of = prepareTree(tree.of);
    return { logic: 'not', of, test: (facts) => notOf(of.test(facts)) };
  }
  const of = tree.of.map(prepareTree);
  return { logic: tree.logic, of, test: testOfSeveral(of, tree.logic) };
}

function prepare(condition: Condition): PreparedCondition {
  const kind = Object.hasOwn(ruleKinds, condition.kind) ? ruleKinds[condition.kind] : undefined;
  if (kind === undefined) throw new Error(`failed to prepare a condition of unknown kind ${condition.kind}`);
  return kind.prepare(condition);
}

function leavesOf(tree: PreparedTree): readonly PreparedCondition[] {
  if (tree.logic === 'one') return [tree.condition];
  return tree.logic === 'not' ? leavesOf(tree.of) : tree.of.flatMap(leavesOf);
}

function asksOf(tree: PreparedTree): readonly SpendQuestion[] {
  return leavesOf(tree).flatMap((condition) => condition.asks ?? []);
}

/** Only from conditions that every application of the rule must meet; two on one dimension: those that both allow. */
function keysOf(when: readonly PreparedTree[]): CompiledRule['keys'] {
  const keys: Partial<Record<IndexDimension, readonly string[]>> = {};
  for (const { index } of requiredOf(when)) {
    if (index === undefined) continue;
    const before = keys[index.on];
    keys[index.on] = before === undefined ? index.values : before.filter((value) => index.values.includes(value));
  }
  return keys;
}

function requiredOf(trees: readonly PreparedTree[]): readonly PreparedCondition[] {
  return trees.flatMap((tree) => {
    if (tree.logic === 'one') return [tree.condition];
    return tree.logic === 'all' ? requiredOf(tree.of) : [];
  });
}

/** An objection stands above an allow of the same rule. */
function doneBy(effects: readonly Effect[]): Pick<CompiledRule, 'effect' | 'speaks'> {
  const kinds = new Set(effects.map(({ kind }) => kind));
  const effect =
    kinds.has('abstain') || kinds.has('people')
      ? outcome.objects
      : kinds.has('allow')
        ? outcome.allows
        : outcome.neutral;
  return { effect, speaks: kinds.has('people') || kinds.has('notify') };
}
