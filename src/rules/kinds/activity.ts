// The activity is of one of these kinds. Governance can't be listed: it decides who controls whom.
import { z } from 'zod';
import { activityKinds, isGovernance, type ActivityKind } from '../../domain/activity.ts';
import { refuse } from '../document.ts';
import { defineKind, judge, truthOf } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

const listable = activityKinds.filter((kind) => kind !== 'unknown' && !isGovernance(kind));

const entry = z.string().transform((text, ctx): ActivityKind => {
  const kind = listable.find((candidate) => candidate === text);
  if (kind !== undefined) return kind;
  const known = activityKinds.some((candidate) => candidate === text);
  const words = known ? `"${text}" can never be approved by a rule` : `"${text}" is not a kind of activity`;
  refuse(ctx, text, words, `Choose from: ${listable.join(', ')}.`);
  return z.NEVER;
});

export const activity = defineKind({
  kind: 'activity',
  settings: membersOf(entry),
  resolve: resolveIn,
  prepare: ({ in: { list, values } }) => ({
    wanted: membersText(list, values),
    index: { on: 'activity', values },
    test: (facts, say) =>
      judge(facts.activity, say, (kind) => {
        const holds = values.includes(kind);
        say?.(kind, holds ? `it is a ${kind}` : `it is a ${kind}, which this rule does not cover`);
        return truthOf(holds);
      }),
  }),
});
