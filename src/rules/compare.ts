// What a new rulebook may approve that the one before did not: whatever is not provably narrower counts as weaker.
import canonicalize from 'canonicalize';
import { rulesOf, type ConditionTree, type Rule, type Rulebook, type RuleSet } from '../domain/rulebook.ts';
import { effectText } from './explain.ts';
import { failsOnlyWhere, holdsOnlyWhere } from './implies.ts';

/**
 * Empty when the new rulebook provably approves nothing that the old one would not have approved. `before` null:
 * nothing was in force.
 */
export function weakerThan(before: Rulebook | null, after: Rulebook): readonly string[] {
  const allowing = rulesOf(after).filter((rule) => shareOf(rule) > 0 && effectOf(rule) === 'allows');
  if (allowing.length === 0) return [];
  if (before === null) return allowing.map((rule) => `${nameOf(rule)} may approve, and nothing was in force before`);
  const isOnly = before.sets.length === 1 && after.sets.length === 1;
  const gone = before.sets.filter(({ name }) => after.sets.every((set) => set.name !== name));
  return [
    ...gone.map(({ name }) => `the set "${name}" is gone, and with it whatever it kept from being approved`),
    ...after.sets.flatMap((set) => {
      const old = before.sets.find(({ name }) => name === set.name);
      return old === undefined ? newSetReasons(set) : setReasons(old, set, isOnly);
    }),
  ];
}

/** The rulebook as it acts once these rules fell back to shadow. */
export function withDemoted(rulebook: Rulebook, ids: readonly string[]): Rulebook {
  if (ids.length === 0) return rulebook;
  const demote = (rule: Rule): Rule => (ids.includes(rule.id) ? { ...rule, stage: { kind: 'shadow' } } : rule);
  return { ...rulebook, sets: rulebook.sets.map((set) => ({ ...set, rules: set.rules.map(demote) })) };
}

/**
 * These rules, and those that could approve more without them: a rule that acts as shadow does not keep anything from
 * being approved any more either, and falling back must never let anything through.
 */
export function demotedWith(rulebook: Rulebook, ids: readonly string[]): readonly string[] {
  const allowingIn = (sets: readonly RuleSet[]) =>
    sets.flatMap((set) => set.rules.filter((rule) => effectOf(rule) === 'allows').map(({ id }) => id));
  const touched = rulebook.sets.filter((set) => set.rules.some(({ id }) => ids.includes(id)));
  const candidates = [ids, [...ids, ...allowingIn(touched)], [...ids, ...allowingIn(rulebook.sets)]];
  const safe = candidates.find((demoted) => weakerThan(rulebook, withDemoted(rulebook, demoted)).length === 0);
  return [...new Set(safe ?? candidates.flat())].toSorted();
}

/** What changed from one to the other, in words, one line each. */
export function changesBetween(before: Rulebook | null, after: Rulebook): readonly string[] {
  const old = new Map((before?.sets ?? []).flatMap((set) => set.rules.map((rule) => [rule.id, rule])));
  const now = new Set(rulesOf(after).map(({ id }) => id));
  return [
    ...rulesOf(after).flatMap((rule) => {
      const earlier = old.get(rule.id);
      if (earlier === undefined) return [`new: ${nameOf(rule)}, ${stageText(rule)}: ${rule.title}`];
      return canonicalize(earlier) === canonicalize(rule)
        ? []
        : [`changed: ${nameOf(rule)}: ${changedIn(earlier, rule)}`];
    }),
    ...[...old.values()].filter(({ id }) => !now.has(id)).map((rule) => `gone: ${nameOf(rule)}: ${rule.title}`),
    ...changedSets(before, after),
  ];
}

type RuleEffect = 'allows' | 'objects' | 'neutral';

/** As the engine has it: an objection stands above an allow of the same rule. */
function effectOf({ effects }: Rule): RuleEffect {
  if (effects.some(({ kind }) => kind === 'abstain' || kind === 'people')) return 'objects';
  return effects.some(({ kind }) => kind === 'allow') ? 'allows' : 'neutral';
}

/** Of how many approvals in a hundred it counts for. */
function shareOf({ stage, enforcement }: Rule): number {
  if (enforcement !== 'strict' || stage.kind === 'shadow') return 0;
  return stage.kind === 'live' ? 100 : stage.percent;
}

/** It can keep something from being approved that other rules would allow. */
function canBlock(rule: Rule, set: RuleSet): boolean {
  const effect = effectOf(rule);
  return effect === 'objects' || rule.must.length > 0 || (effect === 'neutral' && set.match === 'first-match');
}

function counting(set: RuleSet): readonly Rule[] {
  return set.rules.filter((rule) => shareOf(rule) > 0);
}

function newSetReasons(set: RuleSet): readonly string[] {
  const allowing = counting(set).filter((rule) => effectOf(rule) === 'allows');
  return allowing.map((rule) => `${nameOf(rule)} is new and may approve`);
}

function setReasons(before: RuleSet, after: RuleSet, isOnly: boolean): readonly string[] {
  const set = `the set "${after.name}"`;
  const reasons: string[] = [];
  if (before.match !== after.match) reasons.push(`${set} is judged as ${after.match}, not as ${before.match}`);
  if (after.otherwise === 'pass-on' && before.otherwise !== 'pass-on') {
    reasons.push(`${set} leaves to other sets what no rule of it is about`);
  }
  if (!isAboutLess(before, after, isOnly)) reasons.push(`${set} is about other connections than before`);
  const [old, now] = [counting(before), counting(after)];
  const [oldById, nowById] = [byId(old), byId(now)];
  if (after.match === 'first-match' && commonIds(old, nowById) !== commonIds(now, oldById)) {
    reasons.push(`the rules of ${set} are asked in another order`);
  }
  for (const rule of now) {
    const earlier = oldById.get(rule.id);
    reasons.push(...(earlier === undefined ? newRuleReasons(rule, after) : ruleReasons(earlier, rule, after)));
  }
  for (const rule of old.filter(({ id }) => !nowById.has(id))) reasons.push(...goneReasons(rule, before, after));
  return reasons;
}

function byId(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}

function commonIds(rules: readonly Rule[], others: ReadonlyMap<string, Rule>): string {
  const ids = rules.map(({ id }) => id).filter((id) => others.has(id));
  return ids.join('\n');
}

/** With other sets beside it, a set that is about fewer connections keeps less from being approved on the others. */
function isAboutLess(before: RuleSet, after: RuleSet, isOnly: boolean): boolean {
  const [old, now] = [before.connections, after.connections];
  if (isOnly && now !== null) return old === null || now.every((name) => old.includes(name));
  if (old === null || now === null) return old === now;
  return now.length === old.length && now.every((name) => old.includes(name));
}

function newRuleReasons(rule: Rule, set: RuleSet): readonly string[] {
  const effect = effectOf(rule);
  if (effect === 'allows') return [`${nameOf(rule)} is new and may approve`];
  if (effect === 'neutral' && set.otherwise === 'pass-on') return [`${nameOf(rule)} is new and may hide a later rule`];
  return [];
}

/** No longer there, or no longer counting. */
function goneReasons(rule: Rule, before: RuleSet, after: RuleSet): readonly string[] {
  const mayApprove = counting(after).some((other) => effectOf(other) === 'allows');
  if (after.otherwise === 'abstain' && (!mayApprove || !canBlock(rule, before))) return [];
  return [`${nameOf(rule)} does not count any more, and what it kept from being approved may be`];
}

function ruleReasons(before: Rule, after: Rule, set: RuleSet): readonly string[] {
  const name = nameOf(after);
  const [was, is] = [effectOf(before), effectOf(after)];
  if (set.otherwise === 'pass-on' && !isAlike(before, after)) {
    return [`${name} changed in a set that leaves to others what it is silent on`];
  }
  const reasons: string[] = [];
  if (is === 'allows' && was !== 'allows') return [`${name} may approve, which it did not before`];
  if (is === 'allows') {
    if (shareOf(after) > shareOf(before)) reasons.push(`${name} counts for more: ${stageText(after)}`);
    const all = [...after.when, ...after.must];
    const wider = [...before.when, ...before.must].filter((tree) => !holdsOnlyWhere(all, [tree]));
    reasons.push(...wider.map((tree) => `${name} is no longer provably bound by "${treeText(tree)}" as it was`));
  }
  if (!canBlock(before, set) || !isOutvoted(after, set)) return reasons;
  if (is !== was && is !== 'objects') reasons.push(`${name} does not object any more`);
  if (shareOf(after) < shareOf(before)) reasons.push(`${name} objects less often: ${stageText(after)}`);
  // Where any rule that passes will do, one that must hold and does not is forgiven, also when it objects.
  const objectsLess = is === 'objects' && set.match === 'any-passes' && !failsOnlyWhere(after.must, before.must);
  if (objectsLess || !failsOnlyWhere(after.when, before.when))
    reasons.push(`${name} keeps less from being approved than it did`);
  if (is === 'allows' && !holdsOnlyWhere(after.must, before.must)) {
    reasons.push(`${name} demands less than it did of what it applies to`);
  }
  return reasons;
}

/**
 * Could another rule approve what this one no longer keeps back? Where none of its own set does, the set is silent
 * then, and a silent set keeps the others from approving unless it passes on.
 */
function isOutvoted(rule: Rule, set: RuleSet): boolean {
  if (set.otherwise === 'pass-on') return true;
  return counting(set).some((other) => other.id !== rule.id && effectOf(other) === 'allows');
}

/** In the order false, unknown, true: `a` is never above `b`. */
function isNeverAbove(a: readonly ConditionTree[], b: readonly ConditionTree[]): boolean {
  return holdsOnlyWhere(a, b) && failsOnlyWhere(a, b);
}

/** They apply and answer alike for whatever facts. */
function isAlike(before: Rule, after: Rule): boolean {
  return (
    effectOf(before) === effectOf(after) &&
    shareOf(before) === shareOf(after) &&
    isNeverAbove(before.when, after.when) &&
    isNeverAbove(after.when, before.when) &&
    isNeverAbove(before.must, after.must) &&
    isNeverAbove(after.must, before.must)
  );
}

function changedIn(before: Rule, after: Rule): string {
  const parts = [
    ...(stageText(before) === stageText(after) ? [] : [`${stageText(before)} → ${stageText(after)}`]),
    ...(before.enforcement === after.enforcement ? [] : [`${before.enforcement} → ${after.enforcement}`]),
    ...(canonicalize(before.when) === canonicalize(after.when) ? [] : ['when it applies']),
    ...(canonicalize(before.must) === canonicalize(after.must) ? [] : ['what must hold']),
    ...(canonicalize(before.effects) === canonicalize(after.effects)
      ? []
      : [`${before.effects.map(effectText).join(', ')} → ${after.effects.map(effectText).join(', ')}`]),
  ];
  return parts.length === 0 ? 'its title, its priority or where it comes from' : parts.join('; ');
}

function changedSets(before: Rulebook | null, after: Rulebook): readonly string[] {
  if (before === null) return [];
  const names = new Set([...before.sets, ...after.sets].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before.sets.find((set) => set.name === name), after.sets.find((set) => set.name === name)];
    if (old === undefined) return [`new: the set "${name}"`];
    if (now === undefined) return [`gone: the set "${name}"`];
    return shapeOf(old) === shapeOf(now)
      ? []
      : [`changed: the set "${name}": its rules, their order, or how they are judged`];
  });
}

function shapeOf({ connections, match, otherwise, rules }: RuleSet): string | undefined {
  return canonicalize({ connections, match, otherwise, rules: rules.map(({ id }) => id) });
}

function nameOf({ id }: Rule): string {
  return `the rule "${id}"`;
}

function stageText({ stage }: Rule): string {
  return stage.kind === 'canary' ? `canary ${stage.percent}%` : stage.kind;
}

function treeText(tree: ConditionTree): string {
  if (tree.logic === 'one') return tree.condition.kind;
  const inner = tree.logic === 'not' ? [tree.of] : tree.of;
  return `${tree.logic} of ${inner.map(treeText).join(', ')}`;
}
