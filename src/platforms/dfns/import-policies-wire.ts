// Dfns' policies as documents to import: their schema, the envelopes that they come in, and faults in plain words.
import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { isExactJson, readJson, type ExactJson } from '../../domain/json.ts';
import type { ImportFault, ImportRemark } from '../../domain/rulebook-draft.ts';
import { isList, isRecord, type ExactRecord } from './document.ts';

/** What an import finds beside its rules. */
export type Notes = { readonly remarks: ImportRemark[]; readonly faults: ImportFault[] };

/** A policy while it is read: where it stands in the document, and what to call it. */
export type Reading = Notes & { readonly path: string; readonly name: string };

export function remark({ remarks, name }: Reading, part: string, words: string, instead: string): void {
  remarks.push({ place: part === '' ? name : `${name} ${part}`, words, instead });
}

export function fault({ faults, path }: Reading, part: string, words: string, remedy: string): void {
  faults.push({ path: [path, part].filter((step) => step !== '').join('.'), words, remedy });
}

const recordSchema = z.custom<ExactRecord>((value) => isExactJson(value) && isRecord(value), 'must be an object');

/** A number by its source text; `quoted` says that it came as a text, as older guides write it. */
export const numberSchema = z
  .union(
    [
      z.custom<LosslessNumber>((value) => value instanceof LosslessNumber),
      z.string().regex(/^[0-9.eE+-]{1,100}$/, 'must be a number'),
    ],
    'must be a number',
  )
  .transform((value) =>
    typeof value === 'string' ? { text: value, quoted: true } : { text: value.value, quoted: false },
  );

/** Zero has a meaning in some places, so it is left to them. */
export const wholeSchema = numberSchema.refine(
  ({ text }) => /^(?:0|[1-9][0-9]{0,8})$/.test(text),
  'must be a whole number',
);

const positiveSchema = wholeSchema
  .refine(({ text }) => text !== '0', 'must be at least 1')
  .transform(({ text }) => Number(text));

/** Both forms that are documented; any other must never be taken for "anyone". */
const approversSchema = z.strictObject({
  userId: z.strictObject({ in: z.array(z.string().min(1)).min(1, 'must name somebody') }).optional(),
});

const groupSchema = z.looseObject({
  name: z.string().nullish(),
  quorum: positiveSchema,
  approvers: approversSchema,
  initiatorCanApprove: z.boolean().nullish(),
  serviceAccountsCanApprove: z.boolean().nullish(),
});

const policySchema = z
  .looseObject({
    id: z.string().min(1).max(150).nullish(),
    name: z.string().nullish(),
    status: z.string().nullish(),
    activityKind: z.string().min(1).max(200),
    rule: z.looseObject({ kind: z.string().min(1), configuration: recordSchema.nullish() }),
    action: z.looseObject({
      kind: z.string().min(1),
      approvalGroups: z.array(groupSchema).nullish(),
      autoRejectTimeout: positiveSchema.nullish(),
    }),
    filters: recordSchema.nullish(),
    dateUpdated: z.string().nullish(),
  })
  .refine(({ action }) => action.kind !== 'RequestApproval' || (action.approvalGroups ?? []).length > 0, {
    path: ['action', 'approvalGroups'],
    message: 'asks for approval by no group',
  });

export type ImportedPolicy = z.output<typeof policySchema>;
export type ImportedGroup = z.output<typeof groupSchema>;

const knownKeys: readonly (readonly [string, readonly string[]])[] = [
  [
    '',
    [
      'id',
      'name',
      'status',
      'activityKind',
      'rule',
      'action',
      'filters',
      'dateCreated',
      'dateUpdated',
      'pendingChangeRequest',
    ],
  ],
  ['rule', ['kind', 'configuration']],
  ['action', ['kind', 'approvalGroups', 'autoRejectTimeout']],
];
const knownGroupKeys = ['name', 'quorum', 'approvers', 'initiatorCanApprove', 'serviceAccountsCanApprove'];

/** Keys outside rule and filters that nobody knows here, by their path in the policy. */
export function strangeKeys(policy: ImportedPolicy): readonly string[] {
  const parts: Readonly<Record<string, object>> = { '': policy, rule: policy.rule, action: policy.action };
  const own = knownKeys.flatMap(([part, known]) => strangersIn(parts[part] ?? {}, known, part));
  const groups = (policy.action.approvalGroups ?? []).flatMap((group, index) =>
    strangersIn(group, knownGroupKeys, `action.approvalGroups[${index}]`),
  );
  return [...own, ...groups];
}

function strangersIn(part: object, known: readonly string[], path: string): readonly string[] {
  return Object.keys(part)
    .filter((key) => !known.includes(key))
    .map((key) => (path === '' ? key : `${path}.${key}`));
}

export type PlacedDocument = { readonly path: string; readonly document: ExactJson };

/** One policy, a list of them, a page of Dfns' list, or the argument of `createPolicy`. */
export function readDocuments(text: string, faults: ImportFault[]): readonly PlacedDocument[] {
  const json = readJson(text);
  if (json.kind === 'malformed') {
    faults.push({ path: '', words: `is not JSON: ${json.reason}`, remedy: 'Save the policies as Dfns answers them.' });
    return [];
  }
  const documents = documentsIn(json.value, faults);
  if (documents.length === 0 && faults.length === 0) {
    faults.push({ path: '', words: 'holds no policies', remedy: 'Save the answer of GET /v2/policies.' });
  }
  return documents.map(({ path, document }) => {
    const body = isRecord(document) && !('rule' in document) ? document['body'] : undefined;
    return isRecord(body) ? { path: path === '' ? 'body' : `${path}.body`, document: body } : { path, document };
  });
}

function documentsIn(value: ExactJson, faults: ImportFault[]): readonly PlacedDocument[] {
  if (isList(value)) return value.map((document, index) => ({ path: `[${index}]`, document }));
  if (!isRecord(value) || !isList(value['items'])) return [{ path: '', document: value }];
  const next = value['nextPageToken'];
  if (next !== undefined && next !== null && next !== '') {
    const words = 'is one page of several, and a policy on another page may object';
    faults.push({ path: 'nextPageToken', words, remedy: 'Save the items of all pages in one list.' });
  }
  return value['items'].map((document, index) => ({ path: `items[${index}]`, document }));
}

/** Null when it has faults, each reported with its path. */
export function readPolicy({ path, document }: PlacedDocument, faults: ImportFault[]): ImportedPolicy | null {
  if (!isRecord(document)) {
    faults.push({ path, words: 'must be an object', remedy: remedyFor('') });
    return null;
  }
  const parsed = policySchema.safeParse(document);
  if (parsed.success) return parsed.data;
  faults.push(...faultsOf(parsed.error, path, document));
  return null;
}

/** Every issue with its path from the top of the document. */
export function faultsOf(error: z.ZodError, path: string, document: ExactJson): readonly ImportFault[] {
  return error.issues.map((issue) => {
    const steps = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
    const place = `${path}${steps}`.replace(/^\./, '');
    const found = valueAt(document, issue.path);
    const words = found === undefined || found === null ? 'is missing' : wordsOf(issue);
    return { path: place, words, remedy: remedyFor(issue.path.filter((step) => typeof step !== 'number').join('.')) };
  });
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has a key that is not known here: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_type') return `must be ${nouns[issue.expected] ?? issue.expected}`;
  return issue.message;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
};

const remedies: Readonly<Record<string, string>> = {
  activityKind: 'Write the kind of activity that it is about, e.g. "Wallets:Sign".',
  rule: 'Write { "kind": …, "configuration": … } as Dfns does.',
  action: 'Write { "kind": "RequestApproval", "approvalGroups": [ … ] } or { "kind": "Block" }.',
};

function remedyFor(path: string): string {
  if (path.startsWith('action.approvalGroups')) {
    return 'Write { "quorum": 2, "approvers": { "userId": { "in": [ … ] } } }, or {} for anyone.';
  }
  return remedies[path.split('.')[0] ?? ''] ?? 'Save the policy again as Dfns answers it.';
}

function valueAt(document: ExactJson, path: readonly PropertyKey[]): ExactJson | undefined {
  let found: ExactJson | undefined = document;
  for (const step of path) {
    if (isList(found) && typeof step === 'number') found = found[step];
    else if (isRecord(found)) found = found[String(step)];
    else return undefined;
  }
  return found;
}
