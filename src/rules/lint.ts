// What is wrong with a rulebook that parses: rules that approve too much, never apply, or speak of what is not there.
import {
  conditionsOf,
  type Condition,
  type ConditionTree,
  type Rule,
  type Rulebook,
  type RuleSet,
} from '../domain/rulebook.ts';
import { isUnsupported, missingBounds, required } from './bounds.ts';
import { pathText, readYaml, suggestion, type DocumentFault, type Place } from './document.ts';
import { excludes, holdsOnlyWhere } from './implies.ts';
import { isRecord, listOf, recordOf } from './unknown.ts';

/** A `fault` keeps the rulebook from being put in force; a `warning` deserves a look. */
export type LintFinding = DocumentFault & { readonly severity: 'fault' | 'warning' };

export type LintInput = {
  readonly rulebook: Rulebook;
  /** What it was parsed from. */
  readonly text: string;
  /** Names in the configuration; null where there is none to compare with. */
  readonly connections: ReadonlySet<string> | null;
  readonly groups: ReadonlySet<string> | null;
};

type Found = {
  readonly place: Place;
  readonly words: string;
  readonly remedy: string;
  readonly severity: LintFinding['severity'];
};

type Report = (place: Place, words: string, remedy: string, severity?: LintFinding['severity']) => void;

export function lintRulebook(input: LintInput): readonly LintFinding[] {
  const found: Found[] = [];
  const report: Report = (place, words, remedy, severity = 'warning') => {
    found.push({ place, words, remedy, severity });
  };
  const yaml = readYaml(input.text);
  const places = yaml.kind === 'ok' ? placesIn(yaml.value) : new Map<string, Place>();
  for (const set of input.rulebook.sets) {
    reportConnections(set, places.get(`set ${set.name}`) ?? [], input.connections, report);
    for (const rule of set.rules) {
      const place = places.get(`rule ${rule.id}`) ?? [];
      reportTooBroad(rule, place, report);
      reportCanary(rule, place, report);
      reportNever(rule, place, report);
      reportNots(rule, place, report);
      reportGroups(rule, place, input.groups, report);
    }
    reportShadowed(set, places, report);
  }
  return found.map(({ place, words, remedy, severity }) => {
    const line = yaml.kind === 'ok' ? yaml.lineOf(place) : null;
    return { line, path: pathText(place), words, remedy, severity };
  });
}

/** Only what must not be put in force, whoever asks for it. */
export function refusalsIn(input: Omit<LintInput, 'groups'>): readonly DocumentFault[] {
  const faults = lintRulebook({ ...input, groups: null }).filter(({ severity }) => severity === 'fault');
  return faults.map(({ line, path, words, remedy }) => ({ line, path, words, remedy }));
}

/** Where each rule and set is written: a set that is ordered by priority holds its rules in another order. */
function placesIn(value: unknown): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const read = (written: unknown, place: Place, name: string): void => {
    places.set(`set ${name}`, place);
    for (const [at, rule] of listOf(recordOf(written)['rules']).entries()) {
      places.set(`rule ${String(recordOf(rule)['id'])}`, [...place, 'rules', at]);
    }
  };
  const { sets } = recordOf(value);
  if (sets === undefined) read(value, [], 'main');
  for (const [at, set] of listOf(sets).entries()) read(set, ['sets', at], String(recordOf(set)['name']));
  return places;
}

/** A set that is about a connection with a spelling mistake guards nothing. */
function reportConnections(set: RuleSet, place: Place, known: LintInput['connections'], report: Report): void {
  if (known === null) return;
  for (const [at, name] of (set.connections ?? []).entries()) {
    if (known.has(name)) continue;
    const words = `"${name}" is not one of \`connections\` in the configuration`;
    report([...place, 'connections', at], words, suggestion(name, [...known]), 'fault');
  }
}

function reportGroups(rule: Rule, place: Place, known: LintInput['groups'], report: Report): void {
  if (known === null) return;
  for (const effect of rule.effects) {
    for (const name of effect.kind === 'people' ? effect.groups : []) {
      if (known.has(name)) continue;
      const words = `asks "${name}", which is not the name of one of \`groups\` in the configuration`;
      report([...place, 'effect'], words, suggestion(name, [...known]));
    }
  }
}

/** A rule that may approve says what, how much and to whom; one that only watches hears beforehand what it lacks. */
function reportTooBroad(rule: Rule, place: Place, report: Report): void {
  if (!allows(rule) || rule.enforcement !== 'strict') return;
  const at: Place = [...place, 'when'];
  const missing = missingBounds(rule);
  const { stage } = rule;
  if (stage.kind !== 'shadow') {
    const name = stage.kind === 'canary' ? 'a canary' : 'live';
    for (const { what, add, why } of missing) {
      const words = `is ${name} but has no condition on ${what}, so it would approve too much`;
      report(at, words, [...why, `Add e.g. ${add}, or write \`stage: shadow\`.`].join(' '), 'fault');
    }
  } else if (missing.length > 0) {
    const whats = missing.map(({ what }) => what).join(', nor on ');
    const words = `would be refused as live or a canary, because it has no condition on ${whats}`;
    const adds = missing.map(({ add }) => add).join(', ');
    const whys = missing.flatMap(({ why }) => why);
    report(at, words, [...whys, `It may stay a shadow so. Before it is to approve, add e.g. ${adds}.`].join(' '));
  }
}

/** A canary is for what approves: a guard that stands there for some approvals lets the others by, and nobody sees it. */
function reportCanary(rule: Rule, place: Place, report: Report): void {
  const { stage, enforcement, must } = rule;
  if (stage.kind !== 'canary' || enforcement !== 'strict' || allows(rule)) return;
  if (!objects(rule) && must.length === 0) return;
  const words = `objects to ${stage.percent}% of approvals, and lets the others pass as if it were not there`;
  report([...place, 'stage'], words, 'Write `stage: live` for what guards; `stage: shadow` to watch it first.');
}

function reportNever(rule: Rule, place: Place, report: Report): void {
  const at: Place = [...place, 'when'];
  if (allows(rule)) {
    const unjudged = required([...rule.when, ...rule.must]).find((tree) => isUnsupported(tree));
    if (unjudged !== undefined) {
      const [condition] = conditionsOf([unjudged]);
      const words = `can never approve: "${String(condition?.['what'])}" cannot be judged here`;
      report(at, words, 'Say it with kinds that are known here, or leave the rule out.');
      return;
    }
  }
  const clash = contradiction(rule.when);
  if (clash !== null) {
    report(at, `can never apply: ${clash}`, 'Correct one of the conditions, or leave the rule out.');
    return;
  }
  const later = allows(rule) ? contradiction([...rule.when, ...rule.must]) : null;
  if (later === null) return;
  report([...place, 'must'], `can never approve: ${later}`, 'Correct what must hold, or write `effect: abstain`.');
}

/** What no facts can meet at once, in words; null when nothing of that kind is found. */
function contradiction(trees: readonly ConditionTree[]): string | null {
  const parts = required(trees);
  const lists = new Map<string, ReadonlySet<string>>();
  for (const tree of parts) {
    const listed = tree.logic === 'one' ? listedIn(tree.condition) : null;
    if (tree.logic !== 'one' || listed === null) continue;
    const { kind } = tree.condition;
    const before = lists.get(kind);
    const both = before === undefined ? listed : new Set([...before].filter((entry) => listed.has(entry)));
    if (both.size === 0) return `no ${kind} is in all of its lists`;
    lists.set(kind, both);
  }
  for (const [at, tree] of parts.entries()) {
    if (isUnsupported(tree)) continue;
    const other = parts.slice(at).find((later) => !isUnsupported(later) && excludes(tree, later));
    if (other === undefined) continue;
    return other === tree
      ? `"${kindOf(tree)}" never holds`
      : `"${kindOf(tree)}" and "${kindOf(other)}" exclude each other`;
  }
  return null;
}

/** Kinds that ask whether something is in a list; other kinds have lists that mean other things. */
const listing: ReadonlySet<string> = new Set([
  'activity',
  'asset',
  'contract',
  'counterparty',
  'credential',
  'initiator',
  'method',
  'network',
  'recipient',
  'sender',
  'signed-for',
  'transaction-type',
  'wallet',
]);

/** As they are written: two that differ only in the case of a checksum are one. */
function listedIn(condition: Condition): ReadonlySet<string> | null {
  const members = condition['in'];
  if (!listing.has(condition.kind) || condition['some'] === true) return null;
  if (!isRecord(members) || !Array.isArray(members['values'])) return null;
  return new Set(members['values'].map((value: unknown) => JSON.stringify(value).toLowerCase()));
}

function kindOf(tree: ConditionTree): string {
  if (tree.logic === 'one') return tree.condition.kind;
  return tree.logic === 'not' ? `not ${kindOf(tree.of)}` : tree.logic;
}

function reportNots(rule: Rule, place: Place, report: Report): void {
  const walk = (tree: ConditionTree, at: Place): void => {
    if (tree.logic === 'one') return;
    if (tree.logic !== 'not') return tree.of.forEach((part, index) => walk(part, [...at, tree.logic, index]));
    if (tree.of.logic === 'not')
      report([...at, 'not'], 'is a `not` inside a `not`', 'Write what is inside, without both.');
    walk(tree.of, [...at, 'not']);
  };
  for (const part of ['when', 'must'] as const)
    rule[part].forEach((tree, index) => walk(tree, [...place, part, index]));
}

/**
 * In a set where the first match decides, a rule behind one that applies whenever it does never decides anything. One
 * that nobody can judge is never settled but always possible: it is heard wherever it stands.
 */
function reportShadowed(set: RuleSet, places: ReadonlyMap<string, Place>, report: Report): void {
  if (set.match !== 'first-match') return;
  const earlier = new Map<string, Rule[]>();
  for (const rule of set.rules) {
    if (rule.enforcement !== 'strict' || rule.stage.kind === 'shadow') continue;
    const isJudged = conditionsOf(rule.when).every(({ kind }) => kind !== 'unsupported');
    const candidates = isJudged ? bucketsFor(rule).flatMap((key) => earlier.get(key) ?? []) : [];
    const hiding = candidates.find((before) => holdsOnlyWhere(rule.when, before.when));
    if (hiding !== undefined) {
      const words = `is never reached: "${hiding.id}" stands before it and applies whenever it does`;
      report(places.get(`rule ${rule.id}`) ?? [], words, 'Move it before that rule, or leave it out.');
    }
    if (rule.stage.kind !== 'live') continue;
    for (const key of bucketsOf(rule)) earlier.set(key, [...(earlier.get(key) ?? []), rule]);
  }
}

/** So many entries are looked up; a longer list stands with the rules that have none. */
const mostEntries = 64;
const anywhere = '';

/** Under each entry of its shortest list, so that ten thousand rules are not compared with each other one by one. */
function bucketsOf(rule: Rule): readonly string[] {
  const [shortest] = listsOf(rule).toSorted((a, b) => a.entries.length - b.entries.length);
  if (shortest === undefined || shortest.entries.length > mostEntries) return [anywhere];
  return shortest.entries.map((entry) => `${shortest.kind} ${entry}`);
}

/** A rule that hides this one has, in each list of the same kind, every entry that this one has: one of them will do. */
function bucketsFor(rule: Rule): readonly string[] {
  return [anywhere, ...listsOf(rule).map(({ kind, entries }) => `${kind} ${entries[0] ?? ''}`)];
}

function listsOf(rule: Rule): readonly { readonly kind: string; readonly entries: readonly string[] }[] {
  return required(rule.when).flatMap((tree) => {
    const listed = tree.logic === 'one' ? listedIn(tree.condition) : null;
    return tree.logic !== 'one' || listed === null ? [] : [{ kind: tree.condition.kind, entries: [...listed] }];
  });
}

function objects({ effects }: Rule): boolean {
  return effects.some(({ kind }) => kind === 'abstain' || kind === 'people');
}

function allows(rule: Rule): boolean {
  return !objects(rule) && rule.effects.some(({ kind }) => kind === 'allow');
}
