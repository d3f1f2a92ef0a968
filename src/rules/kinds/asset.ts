// The asset is one of these, by network and reference. A symbol says nothing: anybody can choose one.
import { z } from 'zod';
import { networkNamed } from '../../chains/networks.ts';
import type { PlacedFault } from '../document.ts';
import { closedObject, refuse, suggestion } from '../document.ts';
import { assetKey, canonicalReference } from '../facts.ts';
import { defineKind, judge, truthOf } from '../kind.ts';
import { membersOf, resolveIn, type AssetName } from '../names.ts';

/** Which asset it is. Its decimals don't matter for that: written out in a condition, it may leave them out. */
export const assetIdentity = closedObject({
  network: z.string().refine((name) => networkNamed(name) !== null, 'is not a network that is known here'),
  reference: z.string().min(1).max(200),
  decimals: z.int().min(0).max(255).optional(),
}).superRefine(({ network: name, reference, decimals }, ctx) => {
  const network = networkNamed(name);
  if (network === null) return;
  if (reference === 'native') {
    if (decimals === undefined || decimals === network.nativeDecimals) return;
    const words = `has ${decimals} decimals, but the coin of ${network.name} has ${network.nativeDecimals}`;
    refuse(ctx, reference, words);
  } else if (canonicalReference(network, reference) === null) {
    refuse(ctx, reference, `"${reference}" is not an asset's address on ${network.name}`);
  }
});

type AssetIdentity = Pick<AssetName, 'network' | 'reference'>;

export const asset = defineKind({
  kind: 'asset',
  settings: membersOf(assetIdentity),
  resolve: (settings, names) => {
    const resolved = resolveIn(settings, names);
    const members = resolved.settings['in'];
    if (resolved.faults.length > 0 || !isMembers(members)) return resolved;
    const faults: PlacedFault[] = [];
    const values = members.values.map((value, index): unknown => {
      if (typeof value !== 'string') return value;
      const found = names.assets.get(value);
      if (found !== undefined) return found;
      const remedy = suggestion(value, [...names.assets.keys()]);
      faults.push({ place: ['in', index], words: `"${value}" is not one of \`assets\``, remedy });
      return value;
    });
    return { settings: { ...resolved.settings, in: { ...members, values } }, faults };
  },
  prepare: ({ in: { values } }) => {
    const keys = values.map(keyOf);
    return {
      wanted: values.map(assetText).join(' or '),
      index: { on: 'asset', values: keys },
      test: (facts, say) =>
        judge(facts.asset, say, (found) => {
          const holds = keys.includes(found.key);
          say?.(found.label, holds ? `it is ${found.label}` : `it is ${found.label}, which this rule does not cover`);
          return truthOf(holds);
        }),
    };
  },
});

/** As facts name an asset; the parser has refused what is no asset. */
export function keyOf({ network: name, reference }: AssetIdentity): string {
  const network = networkNamed(name);
  if (network === null) throw new Error(`failed to read an asset on the unknown network ${name}`);
  return assetKey(name, reference === 'native' ? null : canonicalReference(network, reference));
}

export function assetText({ network, reference }: AssetIdentity): string {
  return reference === 'native' ? `the coin of ${network}` : `${reference} on ${network}`;
}

function isMembers(value: unknown): value is { readonly values: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'values' in value && Array.isArray(value.values);
}
