// The contract that is called, or the account that is sent to: the `to` of an EVM transaction is one of these.
import { z } from 'zod';
import { readAddress } from '../../chains/addresses.ts';
import { networkNamed } from '../../chains/networks.ts';
import { refuse } from '../document.ts';
import { defineKind, judge, truthOf, unknownBecause } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

const entry = z.string().superRefine((text, ctx) => {
  const reading = readEvm(text);
  if (reading.kind === 'valid') return;
  const remedy = 'Copy it again in full; a wrong checksum is refused.';
  refuse(ctx, text, `"${text.slice(0, 100)}" is not an EVM address: ${reading.reason}`, remedy);
});

export const contract = defineKind({
  kind: 'contract',
  settings: membersOf(entry),
  resolve: resolveIn,
  prepare: ({ in: { list, values } }) => {
    const listed = new Set(values.map(canonical));
    return {
      wanted: membersText(list, values),
      test: (facts, say) =>
        judge(facts.call, say, ({ to }) => {
          if (to === null) return unknownBecause(say, 'none', 'it calls no contract, or nobody knows which');
          const found = canonical(to);
          if (found === null) return unknownBecause(say, to, `${to} is not an EVM address`);
          const holds = listed.has(found);
          say?.(to, holds ? `it calls ${to}` : `it calls ${to}, which this rule does not cover`);
          return truthOf(holds);
        }),
    };
  },
});

function canonical(text: string): string | null {
  const reading = readEvm(text);
  return reading.kind === 'valid' ? reading.canonical : null;
}

function readEvm(text: string) {
  return readAddress(networkNamed('Ethereum'), text);
}
