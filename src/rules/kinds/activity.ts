// The activity is of one of these kinds. Governance can't be listed: it decides who controls whom.
import { z } from 'zod';
import { activityKinds, isGovernance, type ActivityKind } from '../../domain/activity.ts';
import { refuse } from '../document.ts';
import { answer, defineKind, judge } from '../kind.ts';
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
    test: (facts) =>
      judge(facts.activity, (kind) => {
        const truth = values.includes(kind);
        return answer(truth, kind, truth ? `it is a ${kind}` : `it is a ${kind}, which this rule does not cover`);
      }),
  }),
});
