// Every recipient is on this list, compared in the canonical form of the network that it is paid on.
import { z } from 'zod';
import { readAddress } from '../../chains/addresses.ts';
import { NETWORKS, type Network } from '../../chains/networks.ts';
import { refuse } from '../document.ts';
import { answer, defineKind, judge } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

const entry = z.string().superRefine((text, ctx) => {
  if ([...onePerFormat.values()].some((network) => readAddress(network, text).kind === 'valid')) return;
  const words = `"${text.slice(0, 100)}" is not an address of a network that is known here`;
  const remedy = 'Copy it again in full; a wrong checksum is refused, and so is a format that has no reader here.';
  refuse(ctx, text, words, remedy);
});

/** All networks of a family read addresses alike, except that Bitcoin's test networks have their own. */
const onePerFormat: ReadonlyMap<string, Network> = new Map(
  NETWORKS.map((network) => [`${network.family}${network.testnet ? ' test' : ''}`, network]),
);

export const recipient = defineKind({
  kind: 'recipient',
  settings: membersOf(entry),
  resolve: resolveIn,
  prepare: ({ in: { list, values } }) => {
    const canonical = new Map<string, ReadonlySet<string>>();
    /** Read once per network; an entry that is no address there belongs to another network and can't be meant. */
    const listedOn = (network: Network): ReadonlySet<string> => {
      const made = canonical.get(network.name) ?? new Set(values.flatMap((text) => canonicalOf(network, text)));
      canonical.set(network.name, made);
      return made;
    };
    return {
      wanted: membersText(list, values),
      test: (facts) =>
        judge(facts.network, (network) =>
          judge(facts.recipients, (recipients) => {
            const others = recipients.filter((found) => !listedOn(network).has(found.canonical));
            const seen = recipients.map((found) => found.text).join(', ');
            const where = list === null ? 'listed in this rule' : `in "${list}"`;
            const [other] = others;
            const words =
              other === undefined ? `the recipient is ${where}` : `the recipient ${other.text} is not ${where}`;
            return answer(other === undefined, seen, words);
          }),
        ),
    };
  },
});

function canonicalOf(network: Network, text: string): readonly string[] {
  const reading = readAddress(network, text);
  return reading.kind === 'valid' ? [reading.canonical] : [];
}
