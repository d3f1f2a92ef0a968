// The recipients are on this list, compared in the canonical form of the network that it is paid on.
import { z } from 'zod';
import { readAddress } from '../../chains/addresses.ts';
import { NETWORKS, type Network } from '../../chains/networks.ts';
import { closedObject, refuse } from '../document.ts';
import type { RecipientFact } from '../facts.ts';
import { defineKind, judge, truthOf, unknownBecause } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

/** An address of some network that is known here. */
export const addressEntry = z.string().superRefine((text, ctx) => {
  if ([...onePerFormat.values()].some((network) => readAddress(network, text).kind === 'valid')) return;
  const words = `"${text.slice(0, 100)}" is not an address of a network that is known here`;
  const remedy = 'Copy it again in full; a wrong checksum is refused, and so is a format that has no reader here.';
  refuse(ctx, text, words, remedy);
});

/** All networks of a family read addresses alike, except that Bitcoin's test networks have their own. */
const onePerFormat: ReadonlyMap<string, Network> = new Map(
  NETWORKS.map((network) => [`${network.family}${network.testnet ? ' test' : ''}`, network]),
);

/** With `some`, one of several recipients on the list is enough: for a list that a rule objects to. */
const settings = closedObject({ in: membersOf(addressEntry).shape.in, some: z.boolean().default(false) });

export const recipient = defineKind({
  kind: 'recipient',
  settings,
  resolve: resolveIn,
  prepare: ({ in: { list, values }, some }) => {
    const listedOn = canonicalMembers(values);
    return {
      wanted: membersText(list, values),
      test: (facts, say) =>
        judge(facts.network, say, (network) =>
          judge(facts.recipients, say, (recipients) => {
            const listed = listedOn(network);
            const others = recipients.filter((found) => !listed.has(found.canonical));
            const other = some && others.length < recipients.length ? undefined : others[0];
            say?.(recipients.map((found) => found.text).join(', '), wordsFor(other, list));
            // Some are and some are not: neither "listed" nor "not listed" is true of them, and a `not` makes no yes of it.
            if (other !== undefined && others.length < recipients.length) return 'unknown';
            if (other === undefined && facts.memo !== null && network.family === 'xrpl') {
              return unknownBecause(
                say,
                facts.memo,
                'its destination tag, which no list names, decides who is credited',
              );
            }
            return truthOf(other === undefined);
          }),
        ),
    };
  },
});

function wordsFor(other: RecipientFact | undefined, list: string | null): string {
  const where = list === null ? 'listed in this rule' : `in "${list}"`;
  return other === undefined ? `the recipient is ${where}` : `the recipient ${other.text} is not ${where}`;
}

/** Read once per network; an entry that is no address there belongs to another network and can't be meant. */
export function canonicalMembers(values: readonly string[]): (network: Network) => ReadonlySet<string> {
  const canonical = new Map<string, ReadonlySet<string>>();
  return (network) => {
    const made = canonical.get(network.name) ?? new Set(values.flatMap((text) => canonicalOf(network, text)));
    canonical.set(network.name, made);
    return made;
  };
}

function canonicalOf(network: Network, text: string): readonly string[] {
  const reading = readAddress(network, text);
  return reading.kind === 'valid' ? [reading.canonical] : [];
}
