// Which rules could apply to these facts: a tree of exact look-ups, so that a decision visits only rules that are about it.
import { indexDimensions, indexValue, type Facts, type IndexDimension } from './facts.ts';
import type { CompiledRule, PreparedTree, Test } from './prepared.ts';

/** A rule to be asked, with what asking needs in one place: each step further costs a wait with ten thousand rules. */
export type Candidate = Pick<CompiledRule, 'isPlain' | 'effect' | 'speaks'> & {
  readonly rule: CompiledRule;
  readonly id: string;
  /** What of its `when` still has to be asked: mostly the first settles it, and most rules have no others. */
  readonly first: Test;
  /** The answer of the first with which it does not apply: for a `not` what is in it is asked, for the opposite. */
  readonly missesOn: 'true' | 'false';
  readonly others: readonly Test[];
  readonly must: Test | null;
};

/**
 * A rule stands under every value that its conditions allow in a dimension, or under `rest` when they allow any. What
 * the index leaves out is false, because a condition that must be true is false for the value at hand; and where it
 * found a rule by a value, the conditions on that dimension are true and need not be asked.
 */
type Node =
  | { readonly kind: 'leaf'; readonly found: readonly Candidate[]; readonly whole: readonly Candidate[] }
  | {
      readonly kind: 'branch';
      readonly on: IndexDimension;
      readonly byValue: ReadonlyMap<string, Node>;
      readonly rest: Node | null;
    };

export type RuleIndex = Node;

/** So few rules are asked faster than they are looked up. */
const smallLeaf = 4;

/** A rule about more values than this stands under `rest`: copying it to each would cost more than asking it. */
const mostValues = 64;

/** `proven`: dimensions by whose value these rules were found. `texts`: what the index names values by so far. */
export function buildIndex(
  rules: readonly CompiledRule[],
  from = 0,
  proven: readonly IndexDimension[] = [],
  texts = new Map<string, string>(),
): RuleIndex {
  const on = indexDimensions[from];
  if (on === undefined || rules.length <= smallLeaf) return leafOf(rules, proven);
  const grouped = new Map<string, CompiledRule[]>();
  const rest: CompiledRule[] = [];
  for (const rule of rules) {
    const values = valuesOf(rule, on);
    if (values === null) rest.push(rule);
    for (const value of values ?? []) {
      const bucket = grouped.get(value);
      if (bucket === undefined) grouped.set(sharedText(value, texts), [rule]);
      else bucket.push(rule);
    }
  }
  if (grouped.size === 0) return buildIndex(rules, from + 1, proven, texts);
  const under = [...proven, on];
  const byValue = new Map([...grouped].map(([value, bucket]) => [value, buildIndex(bucket, from + 1, under, texts)]));
  return { kind: 'branch', on, byValue, rest: rest.length === 0 ? null : buildIndex(rest, from + 1, proven, texts) };
}

/** One text for a value in all buckets: what a look-up compares with then lies in few places, whatever the number of rules. */
function sharedText(value: string, texts: Map<string, string>): string {
  const shared = texts.get(value);
  if (shared !== undefined) return shared;
  texts.set(value, value);
  return value;
}

/**
 * The index with one rule exchanged for its new version: only the buckets that held the old one or hold the new one
 * are made again. `before` and `after` share their position.
 */
export function replaceInIndex(index: RuleIndex, before: CompiledRule, after: CompiledRule): RuleIndex {
  if (index.kind === 'leaf') return buildIndex(exchanged(index, before, after));
  const { on } = index;
  const depth = indexDimensions.indexOf(on) + 1;
  const old = valuesOf(before, on);
  const now = valuesOf(after, on);
  const byValue = new Map(index.byValue);
  for (const value of new Set([...(old ?? []), ...(now ?? [])])) {
    const bucket = exchanged(byValue.get(value), before, now?.includes(value) === true ? after : null);
    if (bucket.length === 0) byValue.delete(value);
    else byValue.set(value, buildIndex(bucket, depth, [on]));
  }
  if (old !== null && now !== null) return { ...index, byValue };
  const rest = exchanged(index.rest ?? undefined, before, now === null ? after : null);
  return { ...index, byValue, rest: rest.length === 0 ? null : buildIndex(rest, depth) };
}

export function leafOf(rules: readonly CompiledRule[], proven: readonly IndexDimension[]): RuleIndex {
  const whole = rules.map((rule) => candidateOf(rule, rule.when));
  if (proven.length === 0) return { kind: 'leaf', found: whole, whole };
  const isOpen = (tree: PreparedTree) =>
    tree.logic !== 'one' || tree.condition.index === undefined || !proven.includes(tree.condition.index.on);
  return { kind: 'leaf', found: rules.map((rule) => candidateOf(rule, rule.when.filter(isOpen))), whole };
}

/** `open`: those of its conditions that still have to be asked. */
export function candidateOf(rule: CompiledRule, open: readonly PreparedTree[]): Candidate {
  const { effect, isPlain, speaks, holds: must } = rule;
  const [first = settled, ...rest] = open;
  const others = rest.length === 0 ? noOthers : rest.map(({ test }) => test);
  const asked = first.logic === 'not' ? first.of : first;
  const missesOn = first.logic === 'not' ? 'true' : 'false';
  return { rule, id: rule.rule.id, first: asked.test, missesOn, others, must, effect, isPlain, speaks };
}

/** All of nothing is true. */
const settled: PreparedTree = { logic: 'all', of: [], test: () => 'true' };
const noOthers: readonly Test[] = [];

/**
 * In the order of the set, each once. Where a value is unknown, every rule about it may apply, and nothing about it is
 * proven.
 */
export function candidatesFor(node: RuleIndex, facts: Facts, isProven = true): readonly Candidate[] {
  if (node.kind === 'leaf') return isProven ? node.found : node.whole;
  const { on, byValue, rest } = node;
  const value = indexValue(facts, on);
  const others = rest === null ? none : candidatesFor(rest, facts, isProven);
  if (value === null) {
    const lists = [...byValue.values()].map((child) => candidatesFor(child, facts, false));
    return inOrder([others, ...lists].flat());
  }
  const child = byValue.get(value);
  const found = child === undefined ? none : candidatesFor(child, facts, isProven);
  if (others.length === 0) return found;
  return found.length === 0 ? others : inOrder([...found, ...others]);
}

const none: readonly Candidate[] = [];

/** In the order of the set, each once. */
function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  const all = candidates.toSorted((a, b) => a.rule.position - b.rule.position);
  return all.filter(({ rule }, at) => rule !== all[at - 1]?.rule);
}

function exchanged(node: Node | undefined, before: CompiledRule, after: CompiledRule | null): readonly CompiledRule[] {
  const kept = rulesIn(node).filter((rule) => rule !== before);
  return (after === null ? kept : [...kept, after]).toSorted((a, b) => a.position - b.position);
}

/** Conditions that exclude each other leave no value to file a rule under; where the fact is unknown, so is the rule. */
function valuesOf(rule: CompiledRule, on: IndexDimension): readonly string[] | null {
  const values = rule.keys[on];
  return values === undefined || values.length === 0 || values.length > mostValues ? null : values;
}

function rulesIn(node: Node | undefined): readonly CompiledRule[] {
  if (node === undefined) return [];
  if (node.kind === 'leaf') return node.whole.map(({ rule }) => rule);
  const nested = [...node.byValue.values(), ...(node.rest === null ? [] : [node.rest])].flatMap(rulesIn);
  return [...new Set(nested)];
}
