// A transaction as a person describes it, in a JSON file or in flags, made into an approval that never was.
import { z } from 'zod';
import { activityKinds, noRequest, type Activity } from '../domain/activity.ts';
import { isBaseUnits, isPositiveDecimal, type EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import { closedObject, faultsIn, pathText, suggestion } from '../rules/document.ts';
import { assetDefinition, type AssetName } from '../rules/names.ts';

const text = z.string().min(1).max(2000);
const base = z.string().refine(isBaseUnits, 'must be a whole number of smallest units, in quotes');

const call = closedObject({
  chainId: text.nullable().default(null),
  to: text.nullable().default(null),
  valueBase: base.default('0'),
  data: z
    .string()
    .regex(/^0x(?:[0-9a-f]{2})*$/i, 'must be 0x and hexadecimal digits')
    .transform((data) => data.toLowerCase()),
});

/** What flags and files have in common; the keys of our own Activity are welcome where they say more. */
const form = closedObject({
  connection: text.optional(),
  id: text.optional(),
  kind: z.enum(activityKinds).default('transfer'),
  network: text.optional(),
  asset: z
    .union([
      text,
      closedObject({
        standard: text.default('a token'),
        reference: text.nullable(),
        symbol: text.nullable().default(null),
        decimals: z.int().min(0).max(255).nullable().default(null),
        verified: z.boolean().nullable().default(null),
      }),
    ])
    .optional(),
  decimals: z.int().min(0).max(255).optional(),
  to: z.union([text, z.array(text)]).optional(),
  destinations: z.array(closedObject({ address: text, amountBase: base.nullable().default(null) })).optional(),
  amount: text.optional(),
  amountBase: base.nullable().optional(),
  price: text.optional(),
  quotedAt: z.iso.datetime({ offset: true, error: 'must be an instant such as 2026-11-20T10:00:00Z' }).optional(),
  wallet: z.union([text, closedObject({ id: text, name: text.nullable().default(null) })]).optional(),
  walletTags: z.array(text).optional(),
  initiator: text.optional(),
  memo: text.optional(),
  externalId: text.optional(),
  method: text.optional(),
  transactionType: text.optional(),
  counterparty: text.optional(),
  credential: text.optional(),
  call: call.optional(),
  typedData: z.union([text, z.record(z.string(), z.unknown())]).optional(),
  message: text.optional(),
  fields: z.record(z.string(), z.array(z.string())).optional(),
  blind: z.boolean().default(false),
  unread: z.array(text).default([]),
});

export type TransactionForm = z.output<typeof form>;

export type TransactionReading =
  | { readonly kind: 'read'; readonly approval: Approval; readonly connection: string }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

export type TransactionAround = {
  readonly at: EpochMs;
  /** The connection when none is named, and the platform that it is on. */
  readonly connection: string;
  readonly platform: string;
  /** Assets by the name that the rulebook gives them. */
  readonly assets: ReadonlyMap<string, AssetName>;
};

/** Every fault at once, each with its key and what to write instead. */
export function readTransaction(written: unknown, around: TransactionAround): TransactionReading {
  const result = form.safeParse(written);
  if (!result.success) {
    const faults = faultsIn({ error: result.error, value: written, place: [], remedyFor: () => 'See `--help`.' });
    return {
      kind: 'faults',
      faults: faults.map(({ place, words, remedy }) => `${pathText(place) || 'the transaction'} ${words}. ${remedy}`),
    };
  }
  const faults: string[] = [];
  const activity = activityOf(result.data, around, faults);
  if (faults.length > 0) return { kind: 'faults', faults };
  const { initiator, id, connection } = result.data;
  return {
    kind: 'read',
    connection: connection ?? around.connection,
    approval: {
      platform: around.platform,
      organisation: 'a simulation',
      environment: 'a simulation',
      id: id ?? 'simulated',
      status: 'pending',
      statusText: 'Pending',
      initiator: initiator === undefined ? null : { account: initiator, serviceAccount: null },
      activity,
      policies: [],
      groupLogic: 'all',
      decisions: [],
      createdAt: around.at,
      expiresAt: null,
      decisive: {},
    },
  };
}

function activityOf(given: TransactionForm, around: TransactionAround, faults: string[]): Activity {
  const amount = readAmount(given.amount, faults);
  const asset = readAsset(given, amount?.unit ?? null, around, faults);
  const amountBase = given.amountBase ?? (amount === null ? null : toBase(amount.decimal, asset, faults));
  const named = typeof given.asset === 'string' ? given.asset : (amount?.unit ?? null);
  const to = typeof given.to === 'string' ? [given.to] : (given.to ?? []);
  const typedData = given.typedData ?? null;
  return {
    kind: given.kind,
    platformKind: 'a simulated transaction',
    subjectId: null,
    network: given.network ?? around.assets.get(named ?? '')?.network ?? null,
    wallet: typeof given.wallet === 'string' ? { id: given.wallet, name: null } : (given.wallet ?? null),
    destinations:
      given.destinations ?? to.map((address) => ({ address, amountBase: to.length === 1 ? amountBase : null })),
    asset,
    amountBase,
    price: readPrice(given, around.at, faults),
    decoded: null,
    claim: null,
    memo: given.memo ?? null,
    externalId: given.externalId ?? null,
    blind: given.blind,
    unread: given.unread,
    request: {
      ...noRequest,
      method: given.method ?? null,
      transactionType: given.transactionType ?? null,
      walletTags: given.walletTags ?? null,
      counterparty: given.counterparty ?? null,
      credential: given.credential ?? null,
      call: given.call ?? null,
      typedData: typeof typedData === 'string' || typedData === null ? typedData : JSON.stringify(typedData),
      message: given.message ?? null,
      fields: given.fields ?? {},
    },
    facts: [],
  };
}

type Amount = { readonly decimal: string; readonly unit: string | null };

function readAmount(written: string | undefined, faults: string[]): Amount | null {
  if (written === undefined) return null;
  const [, decimal, unit] = /^([0-9]+(?:\.[0-9]+)?)(?: ([^\s]{1,41}))?$/.exec(written.trim()) ?? [];
  if (decimal !== undefined) return { decimal, unit: unit ?? null };
  faults.push(
    `amount "${written}" is not an amount. Write e.g. \`250 USDC\` or \`0.5\`: digits, and a point where there is a fraction.`,
  );
  return null;
}

/** By the rulebook's own name, by its address, or `native`; a symbol alone says nothing. */
function readAsset(
  { asset, network, decimals }: TransactionForm,
  unit: string | null,
  { assets }: TransactionAround,
  faults: string[],
): Activity['asset'] {
  if (typeof asset === 'object') return asset;
  const named = asset ?? unit;
  if (named === null) return null;
  const known = assets.get(named);
  if (known !== undefined) {
    if (network !== undefined && network !== known.network) {
      faults.push(`asset "${named}" is on ${known.network} by the rulebook, not on ${network}. Correct one of them.`);
    }
    return fromName(known, named);
  }
  const symbol = unit === null || unit === named ? null : unit;
  if (named === 'native') return native(network, symbol, faults);
  if (asset === undefined || !/^(?:0x|[A-Za-z0-9]{20,})/.test(named)) {
    faults.push(
      `asset "${named}" is not one of the rulebook's \`assets\`. ${suggestion(named, [...assets.keys(), 'native'])} ` +
        'Or give its address, with `decimals`.',
    );
    return null;
  }
  return { standard: 'a token', reference: named, symbol, decimals: decimals ?? null, verified: null };
}

function native(network: string | undefined, symbol: string | null, faults: string[]): Activity['asset'] {
  if (network === undefined) {
    faults.push('asset "native" is the coin of a network, and none is given. Add the network, e.g. `Ethereum`.');
    return null;
  }
  const reading = assetDefinition.safeParse({ network, reference: 'native' });
  if (reading.success) return { ...fromName(reading.data, null), symbol };
  faults.push(
    `network "${network}" is not known here, so nobody knows its coin. Give \`asset\` as an object with decimals.`,
  );
  return null;
}

function fromName({ reference, decimals }: AssetName, symbol: string | null): NonNullable<Activity['asset']> {
  const isCoin = reference === 'native';
  return {
    standard: isCoin ? 'Native' : 'a token',
    reference: isCoin ? null : reference,
    symbol,
    decimals,
    verified: null,
  };
}

/** Exact: digits are moved, nothing is multiplied. */
function toBase(decimal: string, asset: Activity['asset'], faults: string[]): string | null {
  if (asset === null) {
    faults.push('amount is given, and not of what. Add the asset, or write e.g. `250 USDC`.');
    return null;
  }
  if (asset.decimals === null) {
    faults.push('amount is given, and how many decimals the asset has is not. Add `decimals`, or give `amountBase`.');
    return null;
  }
  const [whole = '0', fraction = ''] = decimal.split('.');
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > asset.decimals) {
    faults.push(`amount "${decimal}" has ${significant.length} decimals, and the asset has ${asset.decimals}.`);
    return null;
  }
  const digits = `${whole}${significant.padEnd(asset.decimals, '0')}`.replace(/^0+(?=\d)/, '');
  if (isBaseUnits(digits)) return digits;
  faults.push(`amount "${decimal}" is too long to be one.`);
  return null;
}

/** What one whole token costs: `1.00 USD`. */
function readPrice({ price, quotedAt }: TransactionForm, at: EpochMs, faults: string[]): Activity['price'] {
  if (price === undefined) return null;
  const [, perToken, currency] = /^([0-9]{1,30}(?:\.[0-9]{1,30})?) ([A-Z]{3})$/.exec(price.trim()) ?? [];
  if (perToken !== undefined && currency !== undefined && isPositiveDecimal(perToken)) {
    return { perToken, currency, quotedAt: quotedAt === undefined ? at : Date.parse(quotedAt) };
  }
  faults.push(`price "${price}" is not what one whole token costs. Write e.g. \`1.00 USD\`.`);
  return null;
}
