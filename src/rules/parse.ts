// Rulebook text in; a rulebook, or every fault with its line, path and what was expected, out.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Condition, Rule, Rulebook } from '../domain/rulebook.ts';
import {
  closedObject,
  faultsIn,
  pathText,
  readYaml,
  suggestion,
  type DocumentFault,
  type Place,
  type PlacedFault,
} from './document.ts';
import { ruleKinds } from './kinds/index.ts';
import { assetDefinition, assetNameFault, listDefinition, listNameFault, type Names } from './names.ts';

export type RulebookReading =
  | { readonly kind: 'ok'; readonly rulebook: Rulebook }
  | { readonly kind: 'faults'; readonly faults: readonly DocumentFault[] };

const sections = closedObject({
  version: z.literal(1),
  lists: z.record(z.string(), z.unknown()).nullish(),
  assets: z.record(z.string(), z.unknown()).nullish(),
  rules: z.array(z.unknown()),
});

const ruleSection = closedObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be letters, digits, dots, dashes or underscores'),
  title: z.string().regex(/^[^\p{C}\s](?:[^\p{C}]{0,148}[^\p{C}\s])?$/u, 'must be 1 to 150 printable characters'),
  stage: z.enum(['live', 'shadow']),
  when: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** What every live rule must pin down: without one of them it would allow more than anybody meant. */
const required = ['activity', 'amount', 'recipient'];

export function parseRulebook(text: string): RulebookReading {
  const yaml = readYaml(text);
  if (yaml.kind === 'malformed') return { kind: 'faults', faults: yaml.faults };
  const faults: PlacedFault[] = [];
  const read = <T>(schema: z.ZodType<T>, value: unknown, place: Place): T | null => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    faults.push(...faultsIn({ error: result.error, value, place, remedyFor }));
    return null;
  };
  const document = read(sections, yaml.value, []);
  const parts = recordOf(yaml.value);
  const names: Names = {
    lists: namesIn(
      parts['lists'],
      'lists',
      listNameFault,
      (value, place) => read(listDefinition, value, place),
      faults,
    ),
    assets: namesIn(
      parts['assets'],
      'assets',
      assetNameFault,
      (value, place) => read(assetDefinition, value, place),
      faults,
    ),
  };
  const rules = listOf(parts['rules']).flatMap((value, index): readonly Rule[] => {
    const place = ['rules', index];
    const rule = read(ruleSection, value, place);
    const conditions = listOf(recordOf(value)['when']);
    // Also in a rule with other faults, so that all of them are reported at once.
    const when = conditions.map((condition, at) =>
      isRecord(condition) ? readCondition(condition, [...place, 'when', at], names, faults) : { kind: '' },
    );
    if (rule === null) return [];
    if (rule.stage === 'live') faults.push(...tooBroad(rule.when, place));
    return [{ ...rule, when }];
  });
  faults.push(...repeatedIds(rules));
  if (document !== null && faults.length === 0) {
    const hash = createHash('sha256').update(text).digest('hex');
    return { kind: 'ok', rulebook: { version: 1, rules, hash } };
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

function readCondition(
  written: Readonly<Record<string, unknown>>,
  place: Place,
  names: Names,
  faults: PlacedFault[],
): Condition {
  const { kind, ...settings } = written;
  const known = Object.keys(ruleKinds);
  const ruleKind = typeof kind === 'string' && known.includes(kind) ? ruleKinds[kind] : undefined;
  if (ruleKind === undefined) {
    const words = typeof kind === 'string' ? `"${kind}" is not a kind of condition` : 'is missing';
    const remedy =
      typeof kind === 'string' ? suggestion(kind, known) : `Write \`kind:\` with one of: ${known.join(', ')}.`;
    faults.push({ place: [...place, 'kind'], words, remedy });
    return { kind: '' };
  }
  // The list's own fault is reported already; what its entries should have been can't be said.
  if (faults.some((fault) => fault.place[0] === 'lists' && settings['in'] === `$${String(fault.place[1])}`)) {
    return { kind: ruleKind.kind };
  }
  const resolved = ruleKind.resolve(settings, names);
  if (resolved.faults.length > 0) {
    faults.push(...resolved.faults.map((fault) => ({ ...fault, place: [...place, ...fault.place] })));
    return { kind: ruleKind.kind };
  }
  const reading = ruleKind.settings.safeParse(resolved.settings);
  if (!reading.success) {
    const found = faultsIn({ error: reading.error, value: resolved.settings, place: [], remedyFor: () => undefined });
    faults.push(...found.map((fault) => ({ ...fault, place: writtenPlace(fault.place, place, resolved.settings) })));
  }
  return { kind: ruleKind.kind, ...resolved.settings };
}

/** Members were moved one level down by `resolve`, or came from a list: the fault belongs where they were written. */
function writtenPlace(inSettings: Place, place: Place, settings: Readonly<Record<string, unknown>>): Place {
  const [setting, step, ...rest] = inSettings;
  if (setting !== 'in' || step !== 'values') return [...place, ...inSettings];
  const { list } = recordOf(settings['in']);
  return typeof list === 'string' ? ['lists', list, ...rest] : [...place, 'in', ...rest];
}

function tooBroad(when: readonly Readonly<Record<string, unknown>>[], place: Place): readonly PlacedFault[] {
  return required.flatMap((kind) => {
    const conditions = when.filter((condition) => condition['kind'] === kind);
    const constrains =
      kind === 'amount' ? conditions.some((condition) => 'atMost' in condition) : conditions.length > 0;
    if (constrains) return [];
    const what = kind === 'amount' ? 'amount with atMost' : kind;
    const words = `is live but has no condition on ${what}, so it would approve too much`;
    return [{ place: [...place, 'when'], words, remedy: `Add \`kind: ${kind}\`, or set \`stage: shadow\`.` }];
  });
}

function repeatedIds(rules: readonly Rule[]): readonly PlacedFault[] {
  return rules.flatMap(({ id }, index) => {
    if (rules.findIndex((rule) => rule.id === id) === index) return [];
    const place = ['rules', index, 'id'];
    return [{ place, words: `repeats "${id}"`, remedy: 'Give every rule an id of its own: evaluations name it.' }];
  });
}

function namesIn<T>(
  section: unknown,
  key: string,
  faultOf: (name: string) => string | null,
  read: (value: unknown, place: Place) => T | null,
  faults: PlacedFault[],
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [name, value] of Object.entries(recordOf(section))) {
    const place = [key, name];
    const words = faultOf(name);
    if (words !== null) faults.push({ place, words, remedy: 'Choose another name.' });
    const entry = read(value, place);
    if (entry !== null) found.set(name, entry);
  }
  return found;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const remedies: Readonly<Record<string, string>> = {
  '': 'Start from manifests/rulebook.example.yaml.',
  version: 'Write `version: 1`.',
  lists: 'Write `lists:` and below it `name: [ … ]`.',
  assets: 'Write `assets:` and below it `NAME: { network: …, reference: …, decimals: … }`.',
  rules: 'Write a list, each entry with id, title, stage and when.',
  'rules.id': 'Give a short id, e.g. `id: routine-payouts`.',
  'rules.title': 'Say in a sentence what it allows, e.g. `title: Small payouts to suppliers`.',
  'rules.stage': 'Write `stage: shadow` to watch it, `stage: live` to let it approve.',
  'rules.when': 'List its conditions; every one of them must hold.',
};

function remedyFor(pattern: string): string | undefined {
  if (pattern.startsWith('lists.')) return 'Write a list of texts, not empty.';
  if (pattern.startsWith('assets.'))
    return 'Write `{ network: Ethereum, reference: 0x…, decimals: 6 }`, or `reference: native`.';
  return remedies[pattern];
}
