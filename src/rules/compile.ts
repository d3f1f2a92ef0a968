// A rulebook made ready once: every rule prepared and indexed, so that evaluating is only comparing.
import type { Rule, Rulebook, RuleSet } from '../domain/rulebook.ts';
import { compileRule, type CompiledRule } from './prepared.ts';
import { buildIndex, replaceInIndex, type RuleIndex } from './rule-index.ts';

export type CompiledSet = {
  readonly set: RuleSet;
  readonly rules: readonly CompiledRule[];
  /** Strict rules that are live or a canary: the ones that a verdict can rest on. */
  readonly index: RuleIndex;
  /** The others: they are explained, and a verdict never rests on them. */
  readonly watching: RuleIndex;
};

export type CompiledRulebook = { readonly hash: string; readonly sets: readonly CompiledSet[] };

/** Rulebooks don't change, so each one is compiled once per process; a dropped rulebook takes its entry with it. */
const compiled = new WeakMap<Rulebook, CompiledRulebook>();

/** Throws when the rulebook holds what the parser would have refused. */
export function compileRulebook(rulebook: Rulebook): CompiledRulebook {
  const known = compiled.get(rulebook);
  if (known !== undefined) return known;
  const made = { hash: rulebook.hash, sets: rulebook.sets.map(compileSet) };
  compiled.set(rulebook, made);
  return made;
}

export function compileSet(set: RuleSet): CompiledSet {
  const rules = set.rules.map(compileRule);
  return indexed(set, rules);
}

/** The set with one rule exchanged in place (same position), at the cost of its own buckets. */
export function replaceRule(before: CompiledSet, position: number, rule: Rule): CompiledSet {
  const old = before.rules[position];
  if (old === undefined)
    throw new Error(`failed to replace a rule: the set ${before.set.name} has no rule ${position}`);
  const made = compileRule(rule, position);
  const set = { ...before.set, rules: before.set.rules.with(position, rule) };
  const rules = before.rules.with(position, made);
  if (counts(old) !== counts(made)) return indexed(set, rules);
  const { index, watching } = before;
  return counts(made)
    ? { set, rules, index: replaceInIndex(index, old, made), watching }
    : { set, rules, index, watching: replaceInIndex(watching, old, made) };
}

function indexed(set: RuleSet, rules: readonly CompiledRule[]): CompiledSet {
  const watched = rules.filter((rule) => !counts(rule));
  return { set, rules, index: buildIndex(rules.filter(counts)), watching: buildIndex(watched) };
}

function counts({ rule }: CompiledRule): boolean {
  return rule.enforcement === 'strict' && rule.stage.kind !== 'shadow';
}
