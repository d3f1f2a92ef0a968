// Rulebook text in; a rulebook, or every fault with its line, path and what was expected, out.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { matchModes, type Rule, type Rulebook, type RuleSet } from '../domain/rulebook.ts';
import {
  closedObject,
  faultsIn,
  pathText,
  readYaml,
  type DocumentFault,
  type Place,
  type PlacedFault,
} from './document.ts';
import { assetDefinition, assetNameFault, listDefinition, listNameFault, type Names } from './names.ts';
import type { Reading } from './parse-condition.ts';
import { readRule } from './parse-rule.ts';
import { listOf, recordOf } from './unknown.ts';

export type RulebookReading =
  | { readonly kind: 'ok'; readonly rulebook: Rulebook; readonly lineOf: (place: Place) => number | null }
  | { readonly kind: 'faults'; readonly faults: readonly DocumentFault[] };

/** What a set of rules has, at the top of a document that is one set, or in an entry of `sets`. */
const setKeys = {
  connections: z.array(z.string().min(1)).min(1).optional(),
  match: z.enum(matchModes).default('first-match'),
  order: z.enum(['as-written', 'low-first', 'high-first']).default('as-written'),
  otherwise: z.enum(['abstain', 'pass-on']).default('abstain'),
  rules: z.array(z.unknown()),
};

export const setSection = closedObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,40}$/i, 'must be a short name'),
  ...setKeys,
});

const documentKeys = {
  version: z.literal(1),
  lists: z.record(z.string(), z.unknown()).nullish(),
  assets: z.record(z.string(), z.unknown()).nullish(),
};

export const oneSet = closedObject({ ...documentKeys, ...setKeys });
export const severalSets = closedObject({ ...documentKeys, sets: z.array(z.unknown()).min(1) });

export function parseRulebook(text: string): RulebookReading {
  const yaml = readYaml(text);
  if (yaml.kind === 'malformed') return { kind: 'faults', faults: yaml.faults };
  const faults: PlacedFault[] = [];
  const parts = recordOf(yaml.value);
  const reading: Reading = { faults, names: namesIn(parts, faults) };
  const ids = new Set<string>();
  const sets =
    'sets' in parts
      ? readSets(yaml.value, listOf(parts['sets']), reading, ids)
      : [readSet(oneSet, yaml.value, { place: [], name: 'main', ids }, reading)];
  if (faults.length === 0) {
    const hash = createHash('sha256').update(text).digest('hex');
    return { kind: 'ok', rulebook: { version: 1, sets, hash }, lineOf: yaml.lineOf };
  }
  return {
    kind: 'faults',
    faults: faults.map(({ place, words, remedy }) => ({
      line: yaml.lineOf(place),
      path: pathText(place),
      words,
      remedy,
    })),
  };
}

function readSets(value: unknown, entries: readonly unknown[], reading: Reading, ids: Set<string>): readonly RuleSet[] {
  const result = severalSets.safeParse(value);
  if (!result.success) reading.faults.push(...faultsIn({ error: result.error, value, place: [], remedyFor }));
  const names = entries.map((entry) => {
    const { name } = recordOf(entry);
    return typeof name === 'string' ? name : '';
  });
  reading.faults.push(...repeated(names, new Set(), (at) => ['sets', at, 'name']));
  return entries.map((entry, at) =>
    readSet(setSection, entry, { place: ['sets', at], name: names[at] ?? '', ids }, reading),
  );
}

function readSet(
  schema: typeof oneSet | typeof setSection,
  value: unknown,
  where: { readonly place: Place; readonly name: string; readonly ids: Set<string> },
  reading: Reading,
): RuleSet {
  const { place, name } = where;
  const result = schema.safeParse(value);
  if (!result.success) reading.faults.push(...faultsIn({ error: result.error, value, place, remedyFor }));
  const rules = listOf(recordOf(value)['rules']).flatMap((written, at): readonly Rule[] => {
    const rule = readRule(written, [...place, 'rules', at], reading);
    return rule === null ? [] : [rule];
  });
  const { order = 'as-written', match = 'first-match', otherwise = 'abstain', connections } = result.data ?? {};
  reading.faults.push(...withoutPriority(rules, order, place));
  const ids = rules.map((rule) => rule.id);
  reading.faults.push(...repeated(ids, where.ids, (at) => [...place, 'rules', at, 'id']));
  return { name, connections: connections ?? null, match, otherwise, rules: ordered(rules, order) };
}

/** Stable: rules of one priority stay in the order in which they are written. */
function ordered(rules: readonly Rule[], order: string): readonly Rule[] {
  if (order === 'as-written') return rules;
  const sign = order === 'low-first' ? 1 : -1;
  return rules.toSorted((a, b) => sign * ((a.priority ?? 0) - (b.priority ?? 0)));
}

function withoutPriority(rules: readonly Rule[], order: string, place: Place): readonly PlacedFault[] {
  if (order === 'as-written') return [];
  return rules.flatMap((rule, at) => {
    if (rule.priority !== null) return [];
    const words = `has no priority, and the rules are ordered by it`;
    return [{ place: [...place, 'rules', at], words, remedy: 'Write e.g. `priority: 10`, or `order: as-written`.' }];
  });
}

/** Evaluations and the audit log speak of rules by id, so it is unique in the whole document. */
function repeated(names: readonly string[], seen: Set<string>, placeOf: (at: number) => Place): readonly PlacedFault[] {
  return names.flatMap((name, at) => {
    const isNew = !seen.has(name);
    seen.add(name);
    const remedy = 'Give it a name of its own: evaluations and the audit log speak of it.';
    return isNew ? [] : [{ place: placeOf(at), words: `repeats "${name}"`, remedy }];
  });
}

function namesIn(parts: Readonly<Record<string, unknown>>, faults: PlacedFault[]): Names {
  const section = <T>(key: string, faultOf: (name: string) => string | null, schema: z.ZodType<T>) => {
    const found = new Map<string, T>();
    for (const [name, value] of Object.entries(recordOf(parts[key]))) {
      const place = [key, name];
      const words = faultOf(name);
      if (words !== null) faults.push({ place, words, remedy: 'Choose another name.' });
      const result = schema.safeParse(value);
      if (result.success) found.set(name, result.data);
      else faults.push(...faultsIn({ error: result.error, value, place, remedyFor }));
    }
    return found;
  };
  return {
    lists: section('lists', listNameFault, listDefinition),
    assets: section('assets', assetNameFault, assetDefinition),
  };
}

const remedies: Readonly<Record<string, string>> = {
  '': 'Start from manifests/rulebook.example.yaml.',
  version: 'Write `version: 1`.',
  lists: 'Write `lists:` and below it `name: [ … ]`.',
  assets: 'Write `assets:` and below it `NAME: { network: …, reference: …, decimals: … }`.',
  rules: 'Write a list, each entry with id, title, stage and when.',
  sets: 'Write a list, each entry with name, match and rules; or leave it out and write `rules:`.',
  name: 'Give the set a short name, e.g. `name: treasury`.',
  connections: 'List names of connections, or leave it out: then it is about all of them.',
  match: `Write one of: ${matchModes.join(', ')}.`,
  order: 'Write `order: as-written`, `low-first` or `high-first`.',
  otherwise: 'Write `otherwise: abstain`, or `pass-on` where another set may approve what this one is silent on.',
};

function remedyFor(pattern: string): string | undefined {
  if (pattern.startsWith('lists.')) return 'Write a list of texts, not empty.';
  if (pattern.startsWith('assets.'))
    return 'Write `{ network: Ethereum, reference: 0x…, decimals: 6 }`, or `reference: native`.';
  return remedies[pattern.replace(/^sets\./, '')];
}
