// Palisade's limits as schemas, in the envelopes that they come in; keys that nobody knows are kept and named.
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

/** Numbers are read by their source text, so that none is rounded. */
const sourceText = z.union(
  [z.instanceof(LosslessNumber).transform(({ value }) => value), z.string()],
  expected('a number'),
);

const decimals = sourceText
  .refine((value) => /^[0-9]{1,3}$/.test(value) && Number(value) <= 255, 'must be a whole number from 0 to 255')
  .transform(Number);

/** What else an asset says about itself describes it and decides nothing. */
const assetSchema = z.looseObject(
  {
    symbol: text,
    standard: text,
    blockchain: text,
    contract: optionalText,
    decimals: decimals.nullish().transform((value) => value ?? null),
  },
  expected('an asset'),
);

const matcherSchema = z.looseObject(
  { type: text, value: optionalText, values: z.array(text, expected('a list of texts')).nullish() },
  expected('a matcher'),
);

const limitSchema = z
  .looseObject(
    {
      id: optionalText,
      walletId: optionalText,
      limitType: text,
      limitQty: sourceText.refine(
        (value) => /^-?[0-9]{1,100}(\.[0-9]{1,100})?$/.test(value),
        'must be an amount in units of the asset, in digits',
      ),
      duration: optionalText,
      symbol: optionalText,
      contract: optionalText,
      asset: assetSchema.nullish().transform((value) => value ?? null),
      matchers: z
        .array(matcherSchema, expected('a list'))
        .nullish()
        .transform((value) => value ?? []),
      status: optionalText,
      active: z
        .boolean(expected('true or false'))
        .nullish()
        .transform((value) => value ?? null),
    },
    expected('a policy'),
  )
  // What is sent to create a policy has neither; a policy that exists has both.
  .refine(({ id, status }) => id !== null || status === null, { path: ['id'], message: 'is missing' })
  .refine(({ id, status }) => id === null || status !== null, { path: ['status'], message: 'is missing' })
  .refine(({ asset, symbol }) => asset !== null || symbol !== null, { path: ['symbol'], message: 'is missing' })
  .refine(({ limitType, duration }) => limitType !== 'ROLLING_DURATION' || secondsOf(duration) !== 0, {
    path: ['duration'],
    message: 'is a window of no length',
  });

export type WireLimit = z.output<typeof limitSchema>;
export type WireMatcher = z.output<typeof matcherSchema>;
export type WireAsset = z.output<typeof assetSchema>;

export type Placed = { readonly path: string; readonly limit: WireLimit };

export type WireReading =
  | { readonly kind: 'read'; readonly limits: readonly Placed[] }
  | { readonly kind: 'faults'; readonly faults: readonly ImportFault[] };

/** Whole seconds, `86400s`; nothing at all is no length, and any other text is null. */
export function secondsOf(duration: string | null): number | null {
  if (duration === null) return 0;
  const [, digits] = /^([0-9]{1,12})s$/.exec(duration) ?? [];
  return digits === undefined ? null : Number(digits);
}

const knownKeys = {
  limit: [...Object.keys(limitSchema.shape), 'createdBy', 'organizationId', 'vaultId', 'createdAt', 'updatedAt'],
  matcher: Object.keys(matcherSchema.shape),
};

/** Keys with something in them that the documentation does not have: nobody can say what they change. */
export function unknownKeys(of: keyof typeof knownKeys, record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    knownKeys[of].includes(key) || isNothing(value) ? [] : [key],
  );
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

const listNames = ['walletLimits', 'limits'];
const singleNames = ['walletLimit', 'limit'];
const envelopeNames = [...listNames, ...singleNames, 'filter'];

/** One limit, a list of them, or an envelope around it. */
export function readWire(document: unknown): WireReading {
  const faults: ImportFault[] = [];
  const limits = entriesIn(document, faults).flatMap(({ path, value }): readonly Placed[] => {
    const result = limitSchema.safeParse(value);
    if (result.success) return [{ path, limit: result.data }];
    for (const issue of result.error.issues) {
      const [step] = issue.path.filter((part) => typeof part === 'string').toReversed();
      refuse(faults, placeText(path, issue.path), issue.message, remedies[step ?? '']);
    }
    return [];
  });
  return faults.length === 0 ? { kind: 'read', limits } : { kind: 'faults', faults };
}

type Entry = { readonly path: string; readonly value: unknown };

function entriesIn(document: unknown, faults: ImportFault[]): readonly Entry[] {
  if (Array.isArray(document)) return entries('', document);
  if (!isRecord(document)) return refuse(faults, '', 'is not a policy', remedies['']);
  if ('limitType' in document) return [{ path: '', value: document }];
  const wrong = Object.keys(document).filter((key) => !envelopeNames.includes(key));
  for (const key of wrong) {
    refuse(faults, key, 'is not a key that is known here', `Known here: ${envelopeNames.join(', ')}.`);
  }
  if (wrong.length > 0) return [];
  refusePages(document['filter'], faults);
  const single = singleNames.find((name) => isRecord(document[name]));
  if (single !== undefined) return [{ path: single, value: document[single] }];
  const key = listNames.find((name) => Array.isArray(document[name]));
  const found = key === undefined ? undefined : document[key];
  if (key !== undefined && Array.isArray(found)) return entries(key, found);
  return refuse(faults, '', 'holds no policies', remedies['']);
}

/** A limit on a page that is missing is one that nobody checks. */
function refusePages(filter: unknown, faults: ImportFault[]): void {
  const next = isRecord(filter) ? filter['nextPageToken'] : undefined;
  if (isNothing(next)) return;
  const remedy = 'Read every page (pageSize up to 1000), and import their entries as one list.';
  refuse(faults, 'filter.nextPageToken', 'says that there are more pages', remedy);
}

function entries(path: string, found: readonly unknown[]): readonly Entry[] {
  return found.map((value, at) => ({ path: `${path}[${at}]`, value }));
}

function placeText(path: string, steps: readonly PropertyKey[]): string {
  const inner = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${path}${inner}`.replace(/^\./, '');
}

const asReturned = 'Export the policies again, as the platform returns them.';

const remedies: Readonly<Record<string, string>> = {
  '': `${asReturned} One policy, a list, or { "walletLimits": [ … ] } is read.`,
  id: `A policy that exists has an id and a status. ${asReturned}`,
  status: `A policy that exists has a status, e.g. LIMIT_ENABLED. ${asReturned}`,
  limitQty: 'Write plain digits in units of the asset, e.g. "100" or "0.5".',
  duration: 'Write whole seconds above zero, e.g. "86400s".',
  symbol: 'Name the asset: `symbol`, or the `asset` that the platform returns.',
  decimals: 'Write how many decimals the asset has.',
};

export function refuse(faults: ImportFault[], path: string, words: string, remedy = asReturned): readonly [] {
  faults.push({ path, words, remedy });
  return [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
}
