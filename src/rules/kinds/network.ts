// The network is one of these, by the platform's own name for it.
import { z } from 'zod';
import { networkNamed, NETWORKS } from '../../chains/networks.ts';
import { refuse, suggestion } from '../document.ts';
import { defineKind, judge, truthOf } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

const entry = z.string().superRefine((name, ctx) => {
  if (networkNamed(name) !== null) return;
  const known = NETWORKS.map((network) => network.name);
  refuse(ctx, name, `"${name}" is not a network that is known here`, suggestion(name, known));
});

export const network = defineKind({
  kind: 'network',
  settings: membersOf(entry),
  resolve: resolveIn,
  prepare: ({ in: { list, values } }) => ({
    wanted: membersText(list, values),
    index: { on: 'network', values },
    test: (facts, say) =>
      judge(facts.network, say, ({ name }) => {
        const holds = values.includes(name);
        say?.(name, holds ? `it is on ${name}` : `it is on ${name}, which this rule does not cover`);
        return truthOf(holds);
      }),
  }),
});
