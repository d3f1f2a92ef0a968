// Facts and a compiled rulebook in; what automation may say by the rulebook, and on which rules it rests, out.
import type { Rule, RuleSet } from '../domain/rulebook.ts';
import type { CompiledRulebook, CompiledSet } from './compile.ts';
import type { Facts } from './facts.ts';
import { outcome, truthOfTests, type CompiledRule } from './prepared.ts';
import { candidatesFor, type Candidate } from './rule-index.ts';

/** Why a rulebook abstains: a rule objects, something is not known, or no rule speaks for it. */
export type Abstention = 'objection' | 'unknown' | 'nothing';

export type RulebookAnswer =
  | { readonly kind: 'allow'; readonly rule: string; readonly set: string; readonly notify: readonly string[] }
  | {
      readonly kind: 'abstain';
      readonly because: Abstention;
      /** Rules that object or could not be settled, in the order in which they are asked. */
      readonly rules: readonly string[];
      /** Groups of people that matching rules ask for. */
      readonly groups: readonly string[];
      readonly notify: readonly string[];
    };

const { silent, allows, objects, fails, neutral } = outcome;

type Heard = { readonly rule: CompiledRule; readonly outcomes: number };

type SetAnswer = { readonly set: RuleSet; readonly heard: readonly Heard[] } & (
  | { readonly kind: 'allow'; readonly rule: CompiledRule }
  | { readonly kind: 'abstain'; readonly because: Abstention }
);

/**
 * Approves when one set of rules allows it and no set that applies to the connection objects or is unsure. Same facts,
 * same rulebook: same answer.
 */
export function evaluateRulebook(compiled: CompiledRulebook, facts: Facts): RulebookAnswer {
  const answers: SetAnswer[] = [];
  for (const set of compiled.sets) {
    if (set.set.connections?.includes(facts.connection) ?? true) answers.push(evaluateSet(set, facts));
  }
  const told = saidBy(answers);
  let because: Abstention | null = null;
  let allowing: Extract<SetAnswer, { kind: 'allow' }> | null = null;
  for (const answer of answers) {
    if (answer.kind === 'allow') allowing ??= answer;
    else if (answer.because !== 'nothing') because = because === 'objection' ? because : answer.because;
    else if (answer.set.otherwise === 'abstain') because ??= 'nothing';
  }
  if (because === null && allowing !== null) {
    return { kind: 'allow', rule: allowing.rule.rule.id, set: allowing.set.name, notify: told.notify };
  }
  return { kind: 'abstain', because: because ?? 'nothing', rules: namedIn(answers, because), ...told };
}

/** By strong Kleene logic: what is unknown leaves every outcome open that it could lead to. */
export function outcomesOf({ when, must, effect }: Candidate, facts: Facts): number {
  const applies = truthOfTests(when, facts, 'all');
  if (applies === 'false') return silent;
  const holds = must.length === 0 ? 'true' : truthOfTests(must, facts, 'all');
  const open = holds === 'true' ? effect : holds === 'false' ? fails : effect | fails;
  return applies === 'true' ? open : open | silent;
}

/** True when the rule by itself would have allowed it, whatever its stage. */
export function wouldAllow(rule: CompiledRule, facts: Facts): boolean {
  const { when, must } = rule.tests;
  return outcomesOf({ ...rule, rule, when, must }, facts) === allows;
}

/** Does the rule count for these facts: strict, and live, or a canary whose share they are in, and not fallen back? */
export function isInForce(rule: Rule, facts: Pick<Facts, 'draw' | 'demoted'>): boolean {
  if (rule.enforcement !== 'strict' || facts.demoted.has(rule.id)) return false;
  return rule.stage.kind === 'canary' ? facts.draw < rule.stage.percent : rule.stage.kind === 'live';
}

/** A rule that does not count says nothing. */
function heardOutcomes(candidate: Candidate, facts: Facts): number {
  const counts = candidate.isPlain && facts.demoted.size === 0 ? true : isInForce(candidate.rule.rule, facts);
  return counts ? outcomesOf(candidate, facts) : silent;
}

function evaluateSet({ set, index }: CompiledSet, facts: Facts): SetAnswer {
  const rules = candidatesFor(index, facts);
  return set.match === 'first-match' ? firstMatch(set, rules, facts) : everyRule(set, rules, facts);
}

/**
 * Asks until a rule certainly applies. One that only may apply leaves its outcome open, and so does every later one:
 * the set allows when all that is left open allows.
 */
function firstMatch(set: RuleSet, rules: readonly Candidate[], facts: Facts): SetAnswer {
  const heard: Heard[] = [];
  let open = 0;
  for (const candidate of rules) {
    const outcomes = heardOutcomes(candidate, facts);
    if (outcomes === silent) continue;
    const { rule } = candidate;
    heard.push({ rule, outcomes });
    open |= outcomes & ~silent;
    if ((outcomes & silent) !== 0) continue;
    if (open === allows) return { kind: 'allow', set, rule, heard };
    const objected = (open & (allows | neutral)) === 0;
    return { kind: 'abstain', set, because: objected ? 'objection' : open === neutral ? 'nothing' : 'unknown', heard };
  }
  return { kind: 'abstain', set, because: heard.length === 0 ? 'nothing' : 'unknown', heard };
}

/**
 * Every rule is heard. An objection wins over every allow, and so does one that is merely possible. `any-passes`
 * forgives a rule whose `must` does not hold as long as another one allows.
 */
function everyRule(set: RuleSet, rules: readonly Candidate[], facts: Facts): SetAnswer {
  const heard: Heard[] = [];
  const bad = set.match === 'any-passes' ? objects : objects | fails;
  let allowing: CompiledRule | null = null;
  let objected = false;
  let unsure = false;
  for (const candidate of rules) {
    const outcomes = heardOutcomes(candidate, facts);
    if (outcomes === silent) continue;
    const { rule } = candidate;
    heard.push({ rule, outcomes });
    if (outcomes === allows) allowing ??= rule;
    else if ((outcomes & ~bad) === 0) objected = true;
    else if ((outcomes & bad) !== 0) unsure = true;
  }
  if (objected) return { kind: 'abstain', set, because: 'objection', heard };
  if (unsure) return { kind: 'abstain', set, because: 'unknown', heard };
  if (allowing !== null) return { kind: 'allow', set, rule: allowing, heard };
  if (heard.some(({ outcomes }) => (outcomes & allows) !== 0))
    return { kind: 'abstain', set, because: 'unknown', heard };
  // Forgiven only where another rule allows, and here none does: what may not hold is not nothing.
  if (heard.some(({ outcomes }) => outcomes === fails)) return { kind: 'abstain', set, because: 'objection', heard };
  const because = heard.some(({ outcomes }) => (outcomes & fails) !== 0) ? 'unknown' : 'nothing';
  return { kind: 'abstain', set, because, heard };
}

const nobody = { groups: [], notify: [] };

/** Whom rules that certainly apply ask for, and whom they tell. */
function saidBy(answers: readonly SetAnswer[]): {
  readonly groups: readonly string[];
  readonly notify: readonly string[];
} {
  const groups = new Set<string>();
  const notify: string[] = [];
  for (const { heard } of answers) {
    for (const { rule, outcomes } of heard) {
      if (!rule.speaks || (outcomes & silent) !== 0) continue;
      for (const effect of rule.rule.effects) {
        if (effect.kind === 'people') for (const group of effect.groups) groups.add(group);
        if (effect.kind === 'notify') notify.push(effect.target);
      }
    }
  }
  return groups.size === 0 && notify.length === 0 ? nobody : { groups: [...groups], notify };
}

/** The rules that object, or those that more than one outcome is open for. */
function namedIn(answers: readonly SetAnswer[], because: Abstention | null): readonly string[] {
  const named: string[] = [];
  if (because === null || because === 'nothing') return named;
  for (const answer of answers) {
    if (answer.kind !== 'abstain' || answer.because !== because) continue;
    for (const { rule, outcomes } of answer.heard) {
      const isUnsure = (outcomes & (outcomes - 1)) !== 0;
      const doesObject = (outcomes & ~(objects | fails)) === 0;
      if (because === 'objection' ? doesObject : isUnsure) named.push(rule.rule.id);
    }
  }
  return named;
}
