// The account that it is sent from, or signed for, is one of these addresses, in the canonical form of its network.
import { readAddress } from '../../chains/addresses.ts';
import type { Network } from '../../chains/networks.ts';
import { defineKind, judge, truthOf, unknownBecause, type RuleKind } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';
import { addressEntry, canonicalMembers } from './recipient.ts';

function account(input: { readonly kind: string; readonly field: string; readonly words: string }): RuleKind {
  const { kind, field, words } = input;
  return defineKind({
    kind,
    settings: membersOf(addressEntry),
    resolve: resolveIn,
    prepare: ({ in: { list, values } }) => {
      const listedOn = canonicalMembers(values);
      return {
        wanted: membersText(list, values),
        test: (facts, say) =>
          judge(facts.network, say, (network) =>
            judge(facts.field(field), say, (accounts) => {
              const found = accounts.map((text) => canonicalOf(network, text));
              const unread = accounts[found.indexOf(null)];
              if (unread !== undefined) return unknownBecause(say, unread, `the address ${unread} cannot be read`);
              const listed = listedOn(network);
              const others = found.filter((canonical) => canonical === null || !listed.has(canonical));
              const seen = accounts.join(', ');
              // Neither "listed" nor "not listed" is true of several that differ, and a `not` makes no yes of it.
              if (others.length > 0 && others.length < found.length) {
                return unknownBecause(say, seen, `${words} ${seen}, and only some of these are listed`);
              }
              const holds = others.length === 0;
              say?.(seen, `${words} ${seen}${holds ? '' : ', which this rule does not cover'}`);
              return truthOf(holds);
            }),
          ),
      };
    },
  });
}

function canonicalOf(network: Network, text: string): string | null {
  const reading = readAddress(network, text);
  return reading.kind === 'valid' ? reading.canonical : null;
}

/** From `request.fields.sender`: the address of the wallet, where the platform names it. */
export const sender = account({ kind: 'sender', field: 'sender', words: 'it is sent from' });

/** From `request.fields['signed-for']`: the account that a member of a multi-signature signs for. */
export const signedFor = account({ kind: 'signed-for', field: 'signed-for', words: 'it is signed for' });
