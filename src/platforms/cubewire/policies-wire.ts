// Cubewire's policies and lists as schemas, in the envelopes that they come in; keys that nobody knows are kept and named.
import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import type { ImportFault } from '../../domain/rulebook-draft.ts';

/** Says what should be there, or that nothing is. */
function expected(what: string) {
  return {
    error: (issue: { readonly input?: unknown }) => (issue.input === undefined ? 'is missing' : `must be ${what}`),
  };
}

const text = z.string(expected('text, not empty')).min(1, 'must be text, not empty');
const optionalText = z
  .string(expected('text'))
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

/** Numbers are read by their source text, so that none is rounded; older exports quote them. */
const numberText = z
  .union([z.instanceof(LosslessNumber).transform(({ value }) => value), z.string()], expected('a number'))
  .refine((value) => /^[0-9]{1,9}$/.test(value), 'must be a whole number')
  .transform(Number);

const list = <T extends z.ZodType>(entry: T) => z.array(entry, expected('a list')).min(1, 'must not be empty');

const conditionSchema = z
  .looseObject(
    {
      field: text,
      operator: text,
      value: z.unknown().optional(),
      unit: optionalText,
      description: z.unknown().optional(),
    },
    expected('a condition'),
  )
  .refine(({ value }) => value !== undefined, { path: ['value'], message: 'is missing' });

const actionSchema = z.looseObject(
  {
    type: text,
    requiredApprovers: numberText.nullish().transform((value) => value ?? null),
    approverListId: optionalText,
    notificationTarget: optionalText,
    metadata: z.unknown().optional(),
  },
  expected('an action'),
);

const policySchema = z
  .looseObject(
    {
      id: optionalText,
      logicalId: optionalText,
      version: numberText.nullish().transform((value) => value ?? null),
      isLatest: z.boolean(expected('true or false')).nullish(),
      name: text,
      type: text,
      status: optionalText,
      enforcementMode: optionalText,
      conditionLogic: optionalText,
      priority: numberText.refine((value) => value <= 1_000_000, 'must be at most 1000000'),
      conditions: list(conditionSchema),
      actions: list(actionSchema),
      deletedAt: optionalText,
    },
    expected('a policy'),
  )
  // What is sent to create a policy has neither; a policy that exists has both.
  .refine(({ id, status }) => id !== null || status === null, { path: ['id'], message: 'is missing' })
  .refine(({ id, status }) => id === null || status !== null, { path: ['status'], message: 'is missing' });

const listSchema = z.looseObject(
  { id: optionalText, name: text, type: text, status: text, items: z.array(text, expected('a list of texts')) },
  expected('a list with name, type, status and items'),
);

export type WireCondition = z.output<typeof conditionSchema>;
export type WireAction = z.output<typeof actionSchema>;
export type WirePolicy = z.output<typeof policySchema>;
export type WireList = z.output<typeof listSchema>;

export type Placed<T> = { readonly path: string; readonly read: T };

export type WireReading =
  | { readonly kind: 'read'; readonly policies: readonly Placed<WirePolicy>[]; readonly lists: readonly WireList[] }
  | { readonly kind: 'faults'; readonly faults: readonly ImportFault[] };

/** Keys that the documentation has, beside those that are read: they don't decide anything. */
const known = {
  policy: [
    ...Object.keys(policySchema.shape),
    'description',
    'organizationId',
    'createdAt',
    'updatedAt',
    'createdBy',
    'updatedBy',
    'deletedBy',
  ],
  condition: Object.keys(conditionSchema.shape),
  action: Object.keys(actionSchema.shape),
};

/** Keys with something in them that the documentation does not have: nobody can say what they change. */
export function unknownKeys(of: keyof typeof known, record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(record).flatMap(([key, value]) => (known[of].includes(key) || isNothing(value) ? [] : [key]));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

const listNames = ['data', 'items', 'policies'];
const envelopeNames = [...listNames, 'policy', 'lists', 'meta'];

/** One policy, a list of them, or an envelope around it, which may hold the named lists beside it. */
export function readWire(document: unknown): WireReading {
  const faults: ImportFault[] = [];
  const policies: Placed<WirePolicy>[] = [];
  const lists: WireList[] = [];
  for (const { path, value } of entriesIn(document, faults)) {
    const policy = checked(policySchema, value, path, faults);
    if (policy !== null) policies.push({ path, read: policy });
  }
  for (const { path, value } of listsIn(document, faults)) {
    const found = checked(listSchema, value, path, faults);
    if (found !== null) lists.push(found);
  }
  return faults.length === 0 ? { kind: 'read', policies, lists } : { kind: 'faults', faults };
}

type Entry = { readonly path: string; readonly value: unknown };

function entriesIn(document: unknown, faults: ImportFault[]): readonly Entry[] {
  if (Array.isArray(document)) return entries('', document);
  if (!isRecord(document)) return refuse(faults, '', 'is not a policy', remedies['']);
  if ('conditions' in document) return [{ path: '', value: document }];
  const wrong = Object.keys(document).filter((key) => !envelopeNames.includes(key));
  for (const key of wrong)
    refuse(faults, key, 'is not a key that is known here', `Known here: ${envelopeNames.join(', ')}.`);
  if (wrong.length > 0) return [];
  refusePages(document['meta'], faults);
  if ('policy' in document) return [{ path: 'policy', value: document['policy'] }];
  const key = listNames.find((name) => Array.isArray(document[name]));
  const found = key === undefined ? undefined : document[key];
  if (key !== undefined && Array.isArray(found)) return entries(key, found);
  return refuse(faults, '', 'holds no policies', remedies['']);
}

/** Half of the policies is worse than none: what is missing may be what blocks. */
function refusePages(meta: unknown, faults: ImportFault[]): void {
  const found = isRecord(meta) ? meta['totalPages'] : undefined;
  const pages = found instanceof LosslessNumber ? found.value : found;
  if (typeof pages !== 'string' || pages === '1' || pages === '0') return;
  const remedy = 'Read every page, and import their entries as one list.';
  refuse(faults, 'meta.totalPages', `is ${pages}: this is one page of several`, remedy);
}

function listsIn(document: unknown, faults: ImportFault[]): readonly Entry[] {
  const found = isRecord(document) && !('conditions' in document) ? document['lists'] : undefined;
  if (found === undefined || found === null) return [];
  if (Array.isArray(found)) return entries('lists', found);
  const inner = isRecord(found) ? found['data'] : undefined;
  if (Array.isArray(inner)) return entries('lists.data', inner);
  return refuse(faults, 'lists', 'must be a list of lists', 'Write `"lists": [{ "name": …, "type": "ADDRESS", … }]`.');
}

function entries(path: string, found: readonly unknown[]): readonly Entry[] {
  return found.map((value, at) => ({ path: `${path}[${at}]`, value }));
}

function checked<T>(schema: z.ZodType<T>, value: unknown, path: string, faults: ImportFault[]): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const [step] = issue.path.filter((part) => typeof part === 'string').toReversed();
    refuse(faults, placeText(path, issue.path), issue.message, remedies[step ?? ''] ?? remedies['']);
  }
  return null;
}

function placeText(path: string, steps: readonly PropertyKey[]): string {
  const inner = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${path}${inner}`.replace(/^\./, '');
}

const asReturned = 'Export the policies again, as the platform returns them.';

const remedies: Readonly<Record<string, string>> = {
  '': `${asReturned} One policy, a list, or { "data": [ … ], "lists": [ … ] } is read.`,
  id: `A policy that exists has an id and a status. ${asReturned}`,
  status: `A policy that exists has a status, e.g. ACTIVE. ${asReturned}`,
  priority: 'Write a whole number; 0 is asked first.',
  version: 'Write a whole number, starting at 1.',
  conditions: 'List at least one condition with field, operator and value.',
  actions: 'List at least one action: ALLOW, BLOCK, REQUIRE_APPROVAL or NOTIFY.',
  value: 'Write what the field is compared with.',
  items: 'List the addresses as texts.',
};

function refuse(faults: ImportFault[], path: string, words: string, remedy = asReturned): readonly [] {
  faults.push({ path, words, remedy });
  return [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
}
