// Facts and a compiled rulebook in; what automation may say by the rulebook, and on which rules it rests, out.
import type { Rule, RuleSet } from '../domain/rulebook.ts';
import type { CompiledRulebook, CompiledSet } from './compile.ts';
import type { Facts } from './facts.ts';
import { outcome, type CompiledRule } from './prepared.ts';
import { candidateOf, candidatesFor, type Candidate } from './rule-index.ts';

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

type SetAnswer = {
  readonly set: RuleSet;
  readonly rules: readonly Candidate[];
  /** Of each of these rules, as far as they were asked. */
  readonly outcomes: readonly number[];
} & ({ readonly kind: 'allow'; readonly rule: Candidate } | { readonly kind: 'abstain'; readonly because: Abstention });

/**
 * Approves when one set of rules allows it and no set that applies to the connection objects or is unsure. Same facts,
 * same rulebook: same answer.
 */
export function evaluateRulebook(compiled: CompiledRulebook, facts: Facts): RulebookAnswer {
  const answers = setsFor(compiled, facts).map((set) => evaluateSet(set, facts));
  const { groups, notify } = saidBy(answers);
  let because: Abstention | null = null;
  let allowing: Extract<SetAnswer, { kind: 'allow' }> | null = null;
  for (const answer of answers) {
    if (answer.kind === 'allow') allowing ??= answer;
    else if (answer.because !== 'nothing') because = because === 'objection' ? because : answer.because;
    else if (answer.set.otherwise === 'abstain') because ??= 'nothing';
  }
  if (because === null && allowing !== null) {
    return { kind: 'allow', rule: allowing.rule.id, set: allowing.set.name, notify };
  }
  return { kind: 'abstain', because: because ?? 'nothing', rules: namedIn(answers, because), groups, notify };
}

/** The sets that are about this connection. */
export function setsFor({ sets }: CompiledRulebook, { connection }: Facts): readonly CompiledSet[] {
  if (sets.every(({ set }) => set.connections === null)) return sets;
  return sets.filter(({ set }) => set.connections?.includes(connection) ?? true);
}

/** By strong Kleene logic: what is unknown leaves every outcome open that it could lead to. */
export function outcomesOf({ first, missesOn, others, must, effect }: Candidate, facts: Facts): number {
  const truth = first(facts);
  if (truth === missesOn) return silent;
  let isUnsure = truth === 'unknown';
  for (const test of others) {
    const other = test(facts);
    if (other === 'false') return silent;
    if (other === 'unknown') isUnsure = true;
  }
  const holds = must === null ? 'true' : must(facts);
  const open = holds === 'true' ? effect : holds === 'false' ? fails : effect | fails;
  return isUnsure ? open | silent : open;
}

/** True when the rule by itself would have allowed it, whatever its stage. */
export function wouldAllow(rule: CompiledRule, facts: Facts): boolean {
  return outcomesOf(candidateOf(rule, rule.when), facts) === allows;
}

/** Does the rule count for these facts: strict, and live, or a canary whose share they are in, and not fallen back? */
export function isInForce(rule: Rule, facts: Pick<Facts, 'draw' | 'demoted'>): boolean {
  if (rule.enforcement !== 'strict' || facts.demoted.has(rule.id)) return false;
  return rule.stage.kind === 'canary' ? facts.draw < rule.stage.percent : rule.stage.kind === 'live';
}

/** A rule that does not count says nothing. */
function heardOutcomes(rule: Candidate, facts: Facts): number {
  const counts = rule.isPlain && facts.demoted.size === 0 ? true : isInForce(rule.rule.rule, facts);
  return counts ? outcomesOf(rule, facts) : silent;
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
  const outcomes: number[] = [];
  let open = 0;
  for (const rule of rules) {
    const found = heardOutcomes(rule, facts);
    outcomes.push(found);
    open |= found & ~silent;
    if ((found & silent) !== 0) continue;
    if (open === allows) return { kind: 'allow', set, rule, rules, outcomes };
    const objected = (open & (allows | neutral)) === 0;
    const because = objected ? 'objection' : open === neutral ? 'nothing' : 'unknown';
    return { kind: 'abstain', set, because, rules, outcomes };
  }
  return { kind: 'abstain', set, because: open === 0 ? 'nothing' : 'unknown', rules, outcomes };
}

/**
 * Every rule is heard. An objection wins over every allow, and so does one that is merely possible. `any-passes`
 * forgives a rule whose `must` does not hold as long as another one allows.
 */
function everyRule(set: RuleSet, rules: readonly Candidate[], facts: Facts): SetAnswer {
  const outcomes = rules.map((rule) => heardOutcomes(rule, facts));
  const bad = set.match === 'any-passes' ? objects : objects | fails;
  let open = 0;
  let objected = false;
  for (const found of outcomes) {
    open |= found;
    if ((found & ~bad) === 0) objected = true;
  }
  if (!objected && (open & bad) === 0) {
    const rule = rules.find((_, at) => outcomes[at] === allows);
    if (rule !== undefined) return { kind: 'allow', set, rule, rules, outcomes };
  }
  // Forgiven only where another rule allows, and here none does: what may not hold is not nothing.
  const unforgiven = (open & (bad | allows)) === 0 && outcomes.includes(fails);
  const isOpen = (open & (objects | fails | allows)) !== 0;
  const because = objected || unforgiven ? 'objection' : isOpen ? 'unknown' : 'nothing';
  return { kind: 'abstain', set, because, rules, outcomes };
}

type Said = { readonly groups: readonly string[]; readonly notify: readonly string[] };

const nothingSaid: Said = { groups: [], notify: [] };

/** Whom rules that certainly apply ask for, and whom they tell. */
function saidBy(answers: readonly SetAnswer[]): Said {
  const speaking: Candidate[] = [];
  for (const { rules, outcomes } of answers) {
    for (let at = 0; at < outcomes.length; at += 1) {
      const rule = rules[at];
      if (rule !== undefined && rule.speaks && ((outcomes[at] ?? silent) & silent) === 0) speaking.push(rule);
    }
  }
  if (speaking.length === 0) return nothingSaid;
  const effects = speaking.flatMap(({ rule }) => rule.rule.effects);
  const groups = new Set(effects.flatMap((effect) => (effect.kind === 'people' ? effect.groups : [])));
  const notify = effects.flatMap((effect) => (effect.kind === 'notify' ? [effect.target] : []));
  return { groups: [...groups], notify };
}

/** The rules that object, or those that more than one outcome is open for. */
function namedIn(answers: readonly SetAnswer[], because: Abstention | null): readonly string[] {
  const named: string[] = [];
  if (because === null || because === 'nothing') return named;
  for (const answer of answers) {
    if (answer.kind !== 'abstain' || answer.because !== because) continue;
    for (let at = 0; at < answer.outcomes.length; at += 1) {
      const outcomes = answer.outcomes[at] ?? silent;
      const rule = answer.rules[at];
      const isUnsure = (outcomes & (outcomes - 1)) !== 0;
      const doesObject = (outcomes & ~(objects | fails)) === 0;
      if (rule !== undefined && (because === 'objection' ? doesObject : isUnsure)) named.push(rule.id);
    }
  }
  return named;
}
