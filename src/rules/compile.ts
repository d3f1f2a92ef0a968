// A rulebook made ready once: every condition's settings read, so that evaluating is only comparing.
import type { Rule, Rulebook } from '../domain/rulebook.ts';
import type { PreparedCondition } from './kind.ts';
import { ruleKinds } from './kinds/index.ts';

export type CompiledRule = { readonly rule: Rule; readonly conditions: readonly PreparedCondition[] };

/** Rulebooks don't change, so each one is compiled once per process; a dropped rulebook takes its entry with it. */
const compiled = new WeakMap<Rulebook, readonly CompiledRule[]>();

/** Throws when the rulebook holds what the parser would have refused. */
export function compileRulebook(rulebook: Rulebook): readonly CompiledRule[] {
  const known = compiled.get(rulebook);
  if (known !== undefined) return known;
  const rules = rulebook.rules.map((rule) => ({ rule, conditions: rule.when.map(prepare) }));
  compiled.set(rulebook, rules);
  return rules;
}

function prepare(condition: Rule['when'][number]): PreparedCondition {
  const kind = Object.hasOwn(ruleKinds, condition.kind) ? ruleKinds[condition.kind] : undefined;
  if (kind === undefined) throw new Error(`failed to prepare a condition of unknown kind ${condition.kind}`);
  return kind.prepare(condition);
}
