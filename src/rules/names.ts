// The names that a rulebook gives to things: value lists and assets.
import { z } from 'zod';
import { networkNamed } from '../chains/networks.ts';
import { parseFiat } from '../domain/amount.ts';
import { closedObject, refuse, suggestion, type PlacedFault } from './document.ts';
import { canonicalReference } from './facts.ts';

/** One asset on one network; `reference` is an address or `native`, never a symbol, because anybody can choose a symbol. */
export type AssetName = {
  readonly network: string;
  readonly reference: string;
  readonly decimals: number;
};

export type Names = {
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly assets: ReadonlyMap<string, AssetName>;
};

export type Settings = Readonly<Record<string, unknown>>;

export type Resolution = { readonly settings: Settings; readonly faults: readonly PlacedFault[] };

const nameForm = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/;

export const listDefinition = z.array(z.string().min(1).max(200)).min(1);

const assetShape = {
  network: z.string().refine((name) => networkNamed(name) !== null, 'is not a network that is known here'),
  reference: z.string().min(1).max(200),
  decimals: z.int().min(0).max(255).optional(),
};

/** `{ network: Ethereum, reference: 0x…, decimals: 6 }`, or `reference: native`. */
export const assetDefinition = closedObject(assetShape).transform((asset, ctx): AssetName => {
  const network = networkNamed(asset.network);
  if (network === null) return z.NEVER;
  if (asset.reference === 'native') {
    if (asset.decimals !== undefined && asset.decimals !== network.nativeDecimals) {
      refuse(
        ctx,
        asset,
        `has ${asset.decimals} decimals, but the coin of ${network.name} has ${network.nativeDecimals}`,
      );
    }
    return { ...asset, decimals: network.nativeDecimals };
  }
  if (canonicalReference(network, asset.reference) === null) {
    refuse(ctx, asset, `"${asset.reference}" is not an asset's address on ${network.name}`);
  }
  if (asset.decimals === undefined) refuse(ctx, asset, 'needs its decimals, so that amounts are exact');
  return { ...asset, decimals: asset.decimals ?? 0 };
});

export function listNameFault(name: string): string | null {
  return nameForm.test(name) ? null : 'is not a name: letters, digits, dashes and underscores';
}

/** `5 EUR` must never mean a token that somebody called EUR. */
export function assetNameFault(name: string): string | null {
  if (parseFiat(`1 ${name}`) !== null) return 'is the code of a currency, so it cannot name an asset';
  return listNameFault(name);
}

/** `in: $suppliers` → the members of that list, with its name; a list written out stays itself. */
export function resolveIn(settings: Settings, names: Names): Resolution {
  const { in: written, ...rest } = settings;
  const fault = (words: string, remedy: string): Resolution => ({
    settings,
    faults: [{ place: ['in'], words, remedy }],
  });
  if (Array.isArray(written)) return { settings: { ...rest, in: { list: null, values: written } }, faults: [] };
  if (typeof written === 'string' && written.startsWith('$')) {
    const name = written.slice(1);
    const values = names.lists.get(name);
    if (values !== undefined) return { settings: { ...rest, in: { list: name, values } }, faults: [] };
    return fault(`"${written}" is not one of \`lists\``, suggestion(name, [...names.lists.keys()]));
  }
  const words = written === undefined ? 'is missing' : 'must be a list, or the $name of one';
  return fault(words, 'Write `in: [ … ]`, or `in: $name` for an entry of `lists`.');
}

/** Resolved members whose entries have this form; `list` is the name that they were written by. */
export function membersOf<T>(entry: z.ZodType<T>) {
  return closedObject({ in: closedObject({ list: z.string().nullable(), values: z.array(entry).min(1) }) });
}

/** `one of "suppliers" (12)`, or the entries themselves when they are few. */
export function membersText(list: string | null, values: readonly string[]): string {
  if (list !== null) return `one of "${list}" (${values.length})`;
  return values.length <= 3 ? values.join(' or ') : `one of ${values.length} entries`;
}
