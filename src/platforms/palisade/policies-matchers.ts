// Palisade's matchers: what a transaction has to be for a limit to apply, and what its sums can be narrowed to.
import { readAddress } from '../../chains/addresses.ts';
import { NETWORKS, type Network } from '../../chains/networks.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { SpendDimension } from '../../domain/spend.ts';
import { unknownKeys, type WireMatcher } from './policies-wire.ts';

/** Adds a line to the report of the import. */
export type Note = (words: string, instead?: string) => void;

export type Narrowing = { readonly dimension: SpendDimension; readonly values: readonly string[] };

export type Matched = {
  readonly when: DraftCondition;
  /** How sums count only what matches too; null: they can't, and count more. */
  readonly narrowing: Narrowing | null;
};

/**
 * The order in which the platform's SDK says that policies override each other: who asked comes first, no matcher
 * last. Matchers that it does not name are nowhere in it.
 */
const overrideOrder: readonly (readonly string[])[] = [
  ['USER', 'API_CREDENTIAL'],
  ['COUNTERPARTY'],
  ['TRANSACTION_TYPE'],
  ['SIGN_FOR'],
  ['COUNTERPARTY_ID'],
  ['ADDRESS_ID'],
  ['WALLET_ID'],
];

/** A lower rank overrides a higher one; null neither overrides nor is overridden. */
export function overrideRank(matchers: readonly WireMatcher[]): number | null {
  if (matchers.length === 0) return overrideOrder.length;
  const rank = overrideOrder.findIndex((types) => matchers.some(({ type }) => types.includes(type)));
  return rank < 0 ? null : rank;
}

/** The actions that the documentation knows: only these can be told from each other. */
const documentedTypes = [
  'DEPOSIT',
  'WITHDRAWAL',
  'WEB3_RAW',
  'WEB3_SIGN',
  'PASSKEY_RAW',
  'PASSKEY_SIGN',
  'PALISADE_TRANSFER',
  'PALISADE_RAW',
  'PALISADE_MANAGED',
  'PALISADE_SIGN_PLAINTEXT',
  'PALISADE_SWEEP',
];

export function matched(matcher: WireMatcher, network: Network | null, note: Note): Matched {
  const [key] = unknownKeys('matcher', matcher);
  if (key !== undefined) return cannot(note, `the key "${key}" of a matcher is not known here`);
  const values = valuesOf(matcher);
  if (matcher.type === 'ALL_COUNTERPARTIES') return { when: allCounterparties, narrowing: null };
  if (typeof values === 'string') return cannot(note, `${matcher.type} ${values}`);
  switch (matcher.type) {
    case 'TRANSACTION_TYPE':
      return ofType(values, note);
    case 'USER':
    case 'API_CREDENTIAL':
      // Both are ids of whoever created the transaction.
      return { when: { kind: 'initiator', in: values }, narrowing: { dimension: 'initiator', values } };
    case 'COUNTERPARTY':
      return ofAddress(values, network, note);
    case 'COUNTERPARTY_ID': {
      const when = { all: [inAddressBook, { kind: 'counterparty', in: values }] };
      return { when, narrowing: { dimension: 'counterparty', values } };
    }
    case 'ADDRESS_ID':
      return { when: { kind: 'destination', types: addressBookTypes, in: values }, narrowing: null };
    case 'WALLET_ID':
      return { when: { kind: 'destination', types: ['WALLET'], in: values }, narrowing: null };
    case 'SIGN_FOR':
      return { when: listed('signed-for', values, note).condition, narrowing: null };
    case 'CHAIN_ID':
      return ofChain(values, note);
    default:
      return cannot(note, `the matcher ${matcher.type} is not known here`);
  }
}

/** Destinations that stand in the address book; another wallet and a bare address do not. */
const addressBookTypes = ['COUNTERPARTY', 'ALLOW_ADDRESS'];

const inAddressBook: DraftCondition = { kind: 'destination', types: addressBookTypes };

/** Entries of the older allow-list may or may not have a counterparty. */
const allCounterparties: DraftCondition = {
  any: [
    { kind: 'destination', types: ['COUNTERPARTY'] },
    {
      all: [
        { kind: 'destination', types: ['ALLOW_ADDRESS'] },
        { kind: 'unsupported', what: 'whether an entry of the older allow-list is a counterparty' },
      ],
    },
  ],
};

/** `value` is a list with commas, `values` a list; a text says why they can't be read. */
function valuesOf({ value, values }: WireMatcher): readonly string[] | string {
  const inline = (value ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const given = values ?? [];
  const all = [...new Set([...inline, ...given])];
  if (all.length === 0) return 'has no values';
  const differ =
    inline.length > 0 && given.length > 0 && all.length > Math.min(new Set(inline).size, new Set(given).size);
  return differ ? 'has a value and values that differ' : all;
}

function ofType(values: readonly string[], note: Note): Matched {
  if (values.includes('PALISADE_SWEEP'))
    note('it names PALISADE_SWEEP, and a sweep bypasses every policy', 'A sweep is left to people.');
  const known = values.filter((value) => documentedTypes.includes(value));
  const open = values.flatMap((value) => {
    if (known.includes(value)) return [];
    return [cannot(note, `the transaction type ${value} is not known here`).when];
  });
  const is: readonly DraftCondition[] = known.length === 0 ? [] : [{ kind: 'transaction-type', in: known }];
  const narrowing = open.length > 0 ? null : ({ dimension: 'transaction-type', values } as const);
  return { when: anyOf([...is, ...open]), narrowing };
}

/** The older matcher by address, as it is written on the network of the limit. */
function ofAddress(values: readonly string[], network: Network | null, note: Note): Matched {
  const { condition, isRead } = listed('recipient', values, note);
  const paid = values.flatMap((text) => {
    const reading = readAddress(network, text);
    return reading.kind === 'valid' && network !== null ? [`${network.name}/${reading.canonical}`] : [];
  });
  const narrows = isRead && paid.length > 0;
  return { when: condition, narrowing: narrows ? { dimension: 'recipient', values: paid } : null };
}

function listed(kind: string, values: readonly string[], note: Note): { condition: DraftCondition; isRead: boolean } {
  const readable = values.filter(isAddress);
  const open = values.flatMap((text) => {
    if (readable.includes(text)) return [];
    return [cannot(note, `"${text.slice(0, 100)}" is not an address that can be read here`).when];
  });
  const is: readonly DraftCondition[] = readable.length === 0 ? [] : [{ kind, in: readable }];
  return { condition: anyOf([...is, ...open]), isRead: open.length === 0 };
}

function isAddress(text: string): boolean {
  return NETWORKS.some((network) => readAddress(network, text).kind === 'valid');
}

/** For raw signing: another chain is certainly not meant; whether a transfer on this chain is, nobody says. */
function ofChain(values: readonly string[], note: Note): Matched {
  const words = 'whether CHAIN_ID is about transfers: it is documented for raw signing';
  const open = cannot(note, words).when;
  const networks = values.map((id) => NETWORKS.find(({ chainId }) => chainId !== null && String(chainId) === id)?.name);
  const names = networks.flatMap((name) => name ?? []);
  if (names.length < values.length) return { when: open, narrowing: null };
  return { when: { all: [{ kind: 'network', in: names }, open] }, narrowing: null };
}

function cannot(note: Note, words: string): Matched {
  note(words);
  return { when: { kind: 'unsupported', what: words.slice(0, 300) }, narrowing: null };
}

function anyOf(conditions: readonly DraftCondition[]): DraftCondition {
  const [only, ...others] = conditions;
  return only !== undefined && others.length === 0 ? only : { any: conditions };
}
