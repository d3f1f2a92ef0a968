// AxonVault's policies as documents to import: their schema, the envelopes that they come in, and faults in plain words.
import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { readJson, type ExactJson } from '../../domain/json.ts';
import type { ImportFault, ImportRemark } from '../../domain/rulebook-draft.ts';

/** A policy while it is read: where it stands in the document, what to call it, and what is found in it. */
export type Reading = {
  readonly path: string;
  readonly name: string;
  readonly remarks: ImportRemark[];
  readonly faults: ImportFault[];
};

export function remark({ remarks, name }: Reading, part: string, words: string, instead: string): void {
  remarks.push({ place: part === '' ? name : `${name} ${part}`, words, instead });
}

export function fault({ faults, path }: Reading, part: string, words: string, remedy: string): void {
  faults.push({ path: [path, part].filter((step) => step !== '').join('.'), words, remedy });
}

const numberSchema = z.custom<LosslessNumber>((value) => value instanceof LosslessNumber, 'must be a whole number');

/** A decimal text, as documented; a JSON number is read by its source text, and said. */
const amountSchema = z
  .union([z.string(), numberSchema], 'must be an amount as a text')
  .transform((value) =>
    typeof value === 'string' ? { text: value, quoted: true } : { text: value.value, quoted: false },
  );
export type WrittenAmount = z.output<typeof amountSchema>;

const wholeSchema = numberSchema
  .transform(({ value }) => value)
  .pipe(z.string().regex(/^-?(?:0|[1-9][0-9]{0,9})$/, 'must be a whole number'))
  .transform(Number);

const enabled = z.boolean().nullish();
const texts = z.array(z.string().min(1)).nullish();

const policySchema = z.looseObject({
  policyId: z.string().min(1).max(150).nullish(),
  tenantId: z.string().nullish(),
  projectId: z.string().nullish(),
  name: z.string().nullish(),
  rule: z.looseObject({
    addressWhitelist: z.looseObject({ enabled, allowedAddresses: texts, denyAll: z.boolean().nullish() }).nullish(),
    amountLimit: z
      .looseObject({
        enabled,
        dailyLimit: amountSchema.nullish(),
        perTxLimit: amountSchema.nullish(),
        currency: z.string().nullish(),
      })
      .nullish(),
    approvalFlow: z
      .looseObject({
        enabled,
        threshold: amountSchema.nullish(),
        approvers: texts,
        requiredApprovals: wholeSchema.nullish(),
      })
      .nullish(),
  }),
  priority: wholeSchema.nullish(),
  enabled,
  // Their own spelling; the page on webhooks has the other one.
  updateAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
});

export type WirePolicy = z.output<typeof policySchema>;

const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': [
    'policyId',
    'tenantId',
    'projectId',
    'name',
    'description',
    'rule',
    'priority',
    'enabled',
    'createAt',
    'updateAt',
    'createdAt',
    'updatedAt',
  ],
  rule: ['addressWhitelist', 'amountLimit', 'approvalFlow'],
  'rule.addressWhitelist': ['enabled', 'allowedAddresses', 'denyAll'],
  'rule.amountLimit': ['enabled', 'dailyLimit', 'perTxLimit', 'currency'],
  'rule.approvalFlow': ['enabled', 'threshold', 'approvers', 'requiredApprovals'],
};

/** Keys that nobody knows here, by their path in the policy. */
export function strangeKeys(policy: WirePolicy): readonly string[] {
  const { rule } = policy;
  const parts: Readonly<Record<string, object | null | undefined>> = {
    '': policy,
    rule,
    'rule.addressWhitelist': rule.addressWhitelist,
    'rule.amountLimit': rule.amountLimit,
    'rule.approvalFlow': rule.approvalFlow,
  };
  return Object.entries(knownKeys).flatMap(([path, known]) =>
    Object.keys(parts[path] ?? {})
      .filter((key) => !known.includes(key))
      .map((key) => (path === '' ? key : `${path}.${key}`)),
  );
}

export type PlacedPolicy = { readonly path: string; readonly policy: WirePolicy };

/** One policy, the answer of a creation (`policy`), or a list under `policies`, `items`, `data` or by itself. */
export function readDocuments(text: string, faults: ImportFault[]): readonly PlacedPolicy[] {
  const json = readJson(text);
  if (json.kind === 'malformed') {
    const remedy = 'Save the policies as AxonVault answers them.';
    faults.push({ path: '', words: `is not JSON: ${json.reason}`, remedy });
    return [];
  }
  const documents = documentsIn(json.value, '');
  if (documents.length === 0) {
    faults.push({ path: '', words: 'holds no policies', remedy: 'Write { "policies": [ … ] }.' });
  }
  return documents.flatMap(({ path, document }): readonly PlacedPolicy[] => {
    if (typeof document !== 'object' || document === null || document instanceof LosslessNumber) {
      faults.push({ path, words: 'must be an object', remedy: 'Write a policy as AxonVault answers it.' });
      return [];
    }
    const parsed = policySchema.safeParse(document);
    if (parsed.success) return [{ path, policy: parsed.data }];
    faults.push(...parsed.error.issues.map((issue) => faultOf(issue, path)));
    return [];
  });
}

const listKeys = ['policies', 'items', 'data'] as const;

function documentsIn(
  value: ExactJson,
  path: string,
): readonly { readonly path: string; readonly document: ExactJson }[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: ExactJson, index) => documentsIn(entry, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || value instanceof LosslessNumber || 'rule' in value) {
    return [{ path, document: value }];
  }
  const inner = Object.entries(value).find(
    ([key, entry]) => (listKeys.some((name) => name === key) && Array.isArray(entry)) || key === 'policy',
  );
  if (inner === undefined) return [{ path, document: value }];
  return documentsIn(inner[1], path === '' ? inner[0] : `${path}.${inner[0]}`);
}

function faultOf(issue: z.core.$ZodIssue, path: string): ImportFault {
  const steps = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const key = issue.path.filter((step) => typeof step === 'string').at(-1) ?? '';
  return {
    path: `${path}${steps}`.replace(/^\./, ''),
    words: wordsOf(issue),
    remedy: remedies[key] ?? 'Save the policy again as AxonVault answers it.',
  };
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is missing';
  return `must be ${nouns[issue.expected] ?? issue.expected}`;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
};

const remedies: Readonly<Record<string, string>> = {
  rule: 'Write { "rule": { "addressWhitelist": … } }, with one or more of its three parts.',
  enabled: 'Write true or false.',
  priority: 'Write a whole number, e.g. 100.',
  allowedAddresses: 'Write a list of addresses.',
  approvers: 'Write a list of user ids, e.g. ["usr_cfo"].',
  requiredApprovals: 'Write a whole number, at least 1.',
};
