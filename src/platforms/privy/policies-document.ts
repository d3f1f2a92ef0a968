// Privy's policy documents as they come: one policy, several, the API's pages, with condition sets and aggregations beside them.
// https://docs.privy.io/controls/policies/overview
import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { readJson } from '../../domain/json.ts';
import type { ImportFault } from '../../domain/rulebook-draft.ts';

/** A number keeps its source text. */
const text = z.union([z.string(), z.instanceof(LosslessNumber).transform(String)]);

const condition = z.looseObject({
  field_source: z.string(),
  field: z.string(),
  operator: z.string(),
  value: z.union([text, z.array(text)]),
  abi: z.unknown().optional(),
  typed_data: z.unknown().optional(),
});

const rule = z.looseObject({
  id: z.string().nullish(),
  name: z.string(),
  method: z.string(),
  action: z.string(),
  conditions: z.array(condition),
});

const policy = z.looseObject({
  id: z.string().nullish(),
  name: z.string(),
  version: z.literal('1.0'),
  chain_type: z.string(),
  rules: z.array(rule),
});

const item = z.union([text, z.looseObject({ value: text, condition_set_id: z.string().optional() })]);
const items = z.union([z.array(item), z.looseObject({ items: z.array(item), next_cursor: z.string().nullish() })]);

const conditionSet = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  items: z.array(item).optional(),
  condition_set_items: items.optional(),
  next_cursor: z.string().nullish(),
});

const aggregation = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  method: z.string(),
  metric: z.looseObject({ field: z.string(), field_source: z.string(), function: z.string() }),
  window: z.looseObject({ type: z.string(), seconds: text }),
  conditions: z.array(condition).nullish(),
  group_by: z.array(z.looseObject({ field: z.string(), field_source: z.string() })).nullish(),
});

export type Condition = z.output<typeof condition>;
export type PolicyRule = z.output<typeof rule>;
export type Policy = z.output<typeof policy>;
export type Aggregation = z.output<typeof aggregation>;

/** `whole` is false where only one page of it is known. */
export type ConditionSet = { readonly values: readonly string[]; readonly whole: boolean };

export type PlacedPolicy = { readonly path: string; readonly policy: Policy };

export type PrivyDocument = {
  readonly policies: readonly PlacedPolicy[];
  readonly conditionSets: ReadonlyMap<string, ConditionSet>;
  readonly aggregations: ReadonlyMap<string, Aggregation>;
  /** Keys around the policies that are not known here. */
  readonly unknownKeys: readonly string[];
};

export type DocumentReading =
  | { readonly kind: 'document'; readonly document: PrivyDocument }
  | { readonly kind: 'faults'; readonly faults: readonly ImportFault[] };

const listKeys = ['policies', 'data', 'items'] as const;
const besideKeys = ['policy', 'condition_sets', 'condition_set_items', 'aggregations', 'next_cursor', 'has_more'];

export function readPrivyDocument(source: string): DocumentReading {
  const json = readJson(source);
  if (json.kind === 'malformed') {
    const remedy = 'Save the answer of GET /v1/policies/{policy_id} as it is.';
    return { kind: 'faults', faults: [{ path: '', words: `is not JSON: ${json.reason}`, remedy }] };
  }
  const faults: ImportFault[] = [];
  const parts = isRecord(json.value) ? json.value : {};
  const written = policiesIn(json.value);
  if (written.length === 0) faults.push({ path: '', words: 'holds no policy', remedy: remedies.policy });
  const policies = written.flatMap(({ path, value }): readonly PlacedPolicy[] => {
    const read = readPart(policy, value, path, faults);
    return read === null ? [] : [{ path, policy: read }];
  });
  const isBundle = !('rules' in parts);
  if (isBundle && (isText(parts['next_cursor']) || parts['has_more'] === true)) {
    const remedy = 'Fetch every page, and put all policies in one list.';
    faults.push({ path: 'next_cursor', words: 'says that this is one page of several', remedy });
  }
  faults.push(...repeatedIds(policies));
  const conditionSets = readConditionSets(parts, faults);
  const aggregations = readAggregations(parts, faults);
  if (faults.length > 0) return { kind: 'faults', faults };
  const known: readonly string[] = [...listKeys, ...besideKeys];
  const unknownKeys = isBundle ? Object.keys(parts).filter((key) => !known.includes(key)) : [];
  return { kind: 'document', document: { policies, conditionSets, aggregations, unknownKeys } };
}

/** Does this look like policies of Privy? Nobody else's rules have a method and an action in capital letters. */
export function looksLikePrivy(document: unknown): boolean {
  return policiesIn(document).some(({ value }) => {
    const rules = isRecord(value) && isText(value['chain_type']) ? value['rules'] : undefined;
    if (!Array.isArray(rules)) return false;
    return rules.every((entry) => isRecord(entry) && 'method' in entry && 'action' in entry && 'conditions' in entry);
  });
}

function policiesIn(value: unknown): readonly { readonly path: string; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.map((entry: unknown, at) => ({ path: `[${at}]`, value: entry }));
  if (!isRecord(value)) return [];
  if ('rules' in value) return [{ path: '', value }];
  if ('policy' in value) return [{ path: 'policy', value: value['policy'] }];
  const key = listKeys.find((name) => Array.isArray(value[name]));
  const list: unknown = key === undefined ? [] : value[key];
  return Array.isArray(list) ? list.map((entry: unknown, at) => ({ path: `${key}[${at}]`, value: entry })) : [];
}

function readConditionSets(
  parts: Readonly<Record<string, unknown>>,
  faults: ImportFault[],
): ReadonlyMap<string, ConditionSet> {
  const found = new Map<string, { values: string[]; whole: boolean }>();
  const add = (id: string, listed: z.output<typeof items>, isPage: boolean) => {
    const set = found.get(id) ?? { values: [], whole: true };
    const entries = Array.isArray(listed) ? listed : listed.items;
    set.values.push(...entries.map((entry) => (typeof entry === 'string' ? entry : entry.value)));
    set.whole &&= !isPage && (Array.isArray(listed) || !isText(listed.next_cursor));
    found.set(id, set);
  };
  for (const { path, value } of entriesOf(parts['condition_sets'], 'condition_sets', faults)) {
    const set = readPart(conditionSet, value, path, faults);
    if (set === null) continue;
    const listed = set.items ?? set.condition_set_items;
    if (listed !== undefined) add(set.id, listed, isText(set.next_cursor));
  }
  if (parts['condition_set_items'] === undefined) return found;
  const loose = readPart(items, parts['condition_set_items'], 'condition_set_items', faults);
  const entries = loose === null ? [] : Array.isArray(loose) ? loose : loose.items;
  const isPage = loose !== null && !Array.isArray(loose) && isText(loose.next_cursor);
  for (const entry of entries) {
    const id = typeof entry === 'string' ? undefined : entry.condition_set_id;
    if (id === undefined) {
      const remedy = 'Give each item its condition_set_id, or put the items into their set.';
      faults.push({ path: 'condition_set_items', words: 'has an item that belongs to no condition set', remedy });
      break;
    }
    add(id, [entry], isPage);
  }
  return found;
}

function readAggregations(
  parts: Readonly<Record<string, unknown>>,
  faults: ImportFault[],
): ReadonlyMap<string, Aggregation> {
  const read = entriesOf(parts['aggregations'], 'aggregations', faults).flatMap(({ path, value }) => {
    const found = readPart(aggregation, value, path, faults);
    if (found === null) return [];
    const seconds = /^[0-9]{1,6}$/.test(found.window.seconds) ? Number(found.window.seconds) : 0;
    if (found.window.type !== 'rolling' || seconds < 3600 || seconds > 259_200) {
      const remedy = 'Privy knows `{ "type": "rolling", "seconds": 3600 to 259200 }`.';
      faults.push({ path: `${path}.window`, words: 'is not a rolling window of 1 to 72 hours', remedy });
    }
    return [found];
  });
  return new Map(read.map((found) => [found.id, found]));
}

function entriesOf(value: unknown, path: string, faults: ImportFault[]) {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((entry: unknown, at) => ({ path: `${path}[${at}]`, value: entry }));
  faults.push({ path, words: 'is not a list', remedy: 'Put all of them in one list.' });
  return [];
}

function repeatedIds(policies: readonly PlacedPolicy[]): readonly ImportFault[] {
  const ids = policies.map(({ policy: { id } }) => id);
  return policies.flatMap(({ path, policy: { id } }, at) => {
    if (!isText(id) || ids.indexOf(id) === at) return [];
    return [{ path: `${path}.id`, words: `repeats the policy ${id}`, remedy: 'Leave one of the two out.' }];
  });
}

function readPart<T>(schema: z.ZodType<T>, value: unknown, path: string, faults: ImportFault[]): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  faults.push(
    ...result.error.issues.map((issue) => {
      const key = String(issue.path.findLast((step) => typeof step !== 'number') ?? '');
      const place = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
      const found = issue.path.reduce<unknown>((part, step) => partOf(part, String(step)), value);
      const words =
        found === undefined || found === null ? 'is missing' : `is not ${nouns[key] ?? 'what Privy writes there'}`;
      return { path: `${path}${place}`.replace(/^\./, ''), words, remedy: remedies[key] ?? remedies['policy'] };
    }),
  );
  return null;
}

const nouns: Readonly<Record<string, string>> = {
  version: 'version "1.0", the only one that is known',
  rules: 'a list of rules',
  conditions: 'a list of conditions',
  value: 'text, a number or a list of them',
};

const remedies = {
  policy: 'Give one policy, a list of them, or `{ "policies": […], "condition_sets": […], "aggregations": […] }`.',
  version: 'Export the policy again; another version may mean something else.',
  rules: 'Write a list, each entry with name, method, action and conditions.',
  conditions: 'Write a list; an empty one always holds.',
  value: 'Write text, or a list of texts.',
  method: 'Name the method that the rule is about, or "*".',
  action: 'Write "ALLOW" or "DENY".',
} as Readonly<Record<string, string>> & { readonly policy: string };

function partOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
