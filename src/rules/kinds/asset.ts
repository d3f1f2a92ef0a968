// The asset is one of these, by network and reference. A symbol says nothing: anybody can choose one.
import { networkNamed } from '../../chains/networks.ts';
import type { PlacedFault } from '../document.ts';
import { suggestion } from '../document.ts';
import { canonicalReference, type AssetFact } from '../facts.ts';
import { answer, defineKind, judge } from '../kind.ts';
import { assetDefinition, membersOf, resolveIn, type AssetName } from '../names.ts';

export const asset = defineKind({
  kind: 'asset',
  settings: membersOf(assetDefinition),
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
  prepare: ({ in: { values } }) => ({
    wanted: values.map(assetText).join(' or '),
    test: (facts) =>
      judge(facts.asset, (found) => {
        const truth = values.some((wanted) => isSameAsset(wanted, found));
        return answer(
          truth,
          found.label,
          truth ? `it is ${found.label}` : `it is ${found.label}, which this rule does not cover`,
        );
      }),
  }),
});

export function isSameAsset(wanted: AssetName, found: AssetFact): boolean {
  if (wanted.network !== found.network) return false;
  if (wanted.reference === 'native') return found.reference === null;
  const network = networkNamed(wanted.network);
  return network !== null && found.reference === canonicalReference(network, wanted.reference);
}

export function assetText({ network, reference }: AssetName): string {
  return reference === 'native' ? `the coin of ${network}` : `${reference} on ${network}`;
}

function isMembers(value: unknown): value is { readonly values: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'values' in value && Array.isArray(value.values);
}
