// Which rules could apply to these facts: a tree of exact look-ups, so that a decision visits only rules that are about it.
import { indexDimensions, indexValue, type Facts, type IndexDimension } from './facts.ts';
import type { CompiledRule, PreparedTree, Test } from './prepared.ts';

/** A rule to be asked, and which of its conditions still have to be. */
export type Candidate = Pick<CompiledRule, 'isPlain' | 'effect'> & {
  readonly rule: CompiledRule;
  readonly when: readonly Test[];
  readonly must: readonly Test[];
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

/** `proven`: dimensions by whose value these rules were found. */
export function buildIndex(
  rules: readonly CompiledRule[],
  from = 0,
  proven: readonly IndexDimension[] = [],
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
      if (bucket === undefined) grouped.set(value, [rule]);
      else bucket.push(rule);
    }
  }
  if (grouped.size === 0) return buildIndex(rules, from + 1, proven);
  const under = [...proven, on];
  const byValue = new Map([...grouped].map(([value, bucket]) => [value, buildIndex(bucket, from + 1, under)]));
  return { kind: 'branch', on, byValue, rest: rest.length === 0 ? null : buildIndex(rest, from + 1, proven) };
}

/** In the order of the set, each once. */
export function candidatesFor(index: RuleIndex, facts: Facts): readonly Candidate[] {
  if (index.kind === 'leaf') return index.found;
  const lists: (readonly Candidate[])[] = [];
  collect(index, facts, true, lists);
  const [only] = lists;
  if (only === undefined) return [];
  if (lists.length === 1) return only;
  const all = lists.flat().toSorted((a, b) => a.rule.position - b.rule.position);
  return all.filter(({ rule }, at) => rule !== all[at - 1]?.rule);
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
  const whole = rules.map((rule) => candidate(rule, rule.tests.when));
  if (proven.length === 0) return { kind: 'leaf', found: whole, whole };
  const isOpen = (tree: PreparedTree) =>
    tree.logic !== 'one' || tree.condition.index === undefined || !proven.includes(tree.condition.index.on);
  const openOnly = (rule: CompiledRule) =>
    candidate(
      rule,
      rule.tests.when.filter((_, at) => {
        const tree = rule.when[at];
        return tree === undefined || isOpen(tree);
      }),
    );
  return { kind: 'leaf', found: rules.map(openOnly), whole };
}

function candidate(rule: CompiledRule, when: readonly Test[]): Candidate {
  return { rule, when, must: rule.tests.must, effect: rule.effect, isPlain: rule.isPlain };
}

/** Where a value is unknown, every rule about it may apply, and nothing about it is proven. */
function collect(node: Node, facts: Facts, isProven: boolean, lists: (readonly Candidate[])[]): void {
  if (node.kind === 'leaf') {
    lists.push(isProven ? node.found : node.whole);
    return;
  }
  const value = indexValue(facts, node.on);
  if (value === null) for (const child of node.byValue.values()) collect(child, facts, false, lists);
  else {
    const child = node.byValue.get(value);
    if (child !== undefined) collect(child, facts, isProven, lists);
  }
  if (node.rest !== null) collect(node.rest, facts, isProven, lists);
}

function exchanged(node: Node | undefined, before: CompiledRule, after: CompiledRule | null): readonly CompiledRule[] {
  const kept = rulesIn(node).filter((rule) => rule !== before);
  return (after === null ? kept : [...kept, after]).toSorted((a, b) => a.position - b.position);
}

function valuesOf(rule: CompiledRule, on: IndexDimension): readonly string[] | null {
  const values = rule.keys[on];
  return values === undefined || values.length > mostValues ? null : values;
}

function rulesIn(node: Node | undefined): readonly CompiledRule[] {
  if (node === undefined) return [];
  if (node.kind === 'leaf') return node.whole.map(({ rule }) => rule);
  const nested = [...node.byValue.values(), ...(node.rest === null ? [] : [node.rest])].flatMap(rulesIn);
  return [...new Set(nested)];
}
